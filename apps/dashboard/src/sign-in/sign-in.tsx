import { useState } from 'preact/hooks';
import { keep, kept } from '../design/kept.js';
import { Logo } from '../design/logo.js';
import { t } from '../i18n/index.js';
import { LookSwitches } from '../look-switches.js';
import { farewell, signIn } from '../session/present.js';
import { here, now } from '../session/server-time.js';

type Fault = 'wrong' | 'tooMany' | 'unreachable' | 'failed';
const FAULTS = { wrong: 'wrong', 'too-many': 'tooMany', unreachable: 'unreachable', failed: 'failed' } as const;

export function SignIn() {
  const words = t().signIn;
  const [working, setWorking] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [shown, setShown] = useState(false);
  // the typings know a field as one or the other for ever
  const kind = (shown ? 'text' : 'password') as 'password';
  document.title = `${words.title} · Ampel`;

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const field = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    const [tenant, email, password] = [field('tenant').trim(), field('email').trim(), field('password')];
    setWorking(true);
    setFault(null);
    const outcome = await signIn({ tenant, email, password });
    setWorking(false);
    if (outcome !== 'opened') return setFault(FAULTS[outcome]);
    keep('tenant', tenant);
    keep('email', email);
  };

  return (
    <div class="entrance">
      <header>
        <Logo />
        <LookSwitches />
      </header>
      <main class="card">
        <h1>{words.title}</h1>
        <p class="quiet">{words.intro}</p>
        <Goodbye />
        <form onSubmit={(event) => void submit(event)} aria-busy={working}>
          <label class="field">
            <span>{words.tenant}</span>
            <input name="tenant" required maxLength={100} autocomplete="organization" autocapitalize="none" spellcheck={false} defaultValue={kept('tenant') ?? ''} />
          </label>
          <label class="field">
            <span>{words.email}</span>
            <input name="email" type="email" required maxLength={320} autocomplete="username" defaultValue={kept('email') ?? ''} />
          </label>
          <div class="field secret">
            <label for="password">{words.password}</label>
            <input id="password" name="password" type={kind} required maxLength={1000} autocomplete="current-password" />
            <button type="button" class="button plain" aria-pressed={shown} onClick={() => setShown(!shown)}>
              {shown ? words.hide : words.show}
            </button>
          </div>
          <p class="note error" role="alert" hidden={fault === null}>
            {fault === null ? '' : words[fault]}
          </p>
          <button class="button primary" disabled={working}>
            {working ? words.working : words.submit}
          </button>
        </form>
      </main>
    </div>
  );
}

/** What the last session left behind: its lease runs out (behaviour D11), or it is over. */
function Goodbye() {
  const words = t().signIn;
  const left = farewell.value;
  if (left === null) return null;
  if (left.kind === 'gone-offline') return <p class="note">{words.goneOffline}</p>;
  if (left.kind !== 'signed-out') return <p class="note warning">{{ ended: words.ended, lapsed: words.lapsed, 'ended-by-admin': words.endedByAdmin }[left.kind]}</p>;
  const until = here(new Date(left.until).toISOString());
  const remaining = until - now.value;
  if (left.others > 0) return <p class="note">{remaining > 0 ? words.others(left.others) : words.othersUnknown}</p>;
  return <p class="note numbers">{remaining > 0 ? words.tail(until, remaining) : words.tailOver}</p>;
}
