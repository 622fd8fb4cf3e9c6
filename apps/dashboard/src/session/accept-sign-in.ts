import { connection, signIn } from './present.js';

/**
 * The demo shop shows this page in frames and signs a demo agent in: a message of our own origin only. The parent is told once that the frame
 * listens, and only if nobody is signed in here: a reload keeps the session, and whoever signs out stays out.
 */
export function acceptSignInFromOwnPages(): void {
  if (window.parent === window) return;
  window.addEventListener('message', ({ origin, source, data }: MessageEvent<unknown>) => {
    if (origin !== location.origin || source !== window.parent || typeof data !== 'object' || data === null) return;
    const { ampel, tenant, email, password } = data as Record<string, unknown>;
    const texts = [tenant, email, password].every((text) => typeof text === 'string');
    if (ampel === 'sign-in' && texts) void signIn({ tenant: tenant as string, email: email as string, password: password as string });
  });
  let settled = false;
  connection.subscribe(({ kind }) => {
    if (settled || (kind !== 'signed-out' && kind !== 'connected')) return;
    settled = true;
    if (kind === 'signed-out') window.parent.postMessage({ ampel: 'ready' }, location.origin);
  });
}
