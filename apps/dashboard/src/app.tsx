import { signal } from '@preact/signals';
import { Toasts } from './design/toasts.js';
import { Shell } from './shell.js';
import { connection, view } from './session/present.js';
import { SignIn } from './sign-in/sign-in.js';

/** Who is signed in is known in an instant, mostly: nothing is shown for so long, so that nothing flashes. ms */
const INSTANT_MS = 400;
const waited = signal(false);
setTimeout(() => (waited.value = true), INSTANT_MS);

/** The sign-in screen, or the dashboard; nothing while it is not known which. */
export function App() {
  const signedOut = connection.value.kind === 'signed-out';
  return (
    <>
      {signedOut ? <SignIn /> : view.value?.kind === 'known' || (view.value !== null && waited.value) ? <Shell /> : null}
      <Toasts />
    </>
  );
}
