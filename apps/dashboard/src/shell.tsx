import { ForcedOffline } from './forced-offline.js';
import { t } from './i18n/index.js';
import { LookSwitches } from './look-switches.js';
import { Navigation } from './navigation.js';
import { ProfileMenu } from './profile-menu/profile-menu.js';
import { currentScreen } from './router.js';
import { SCREENS } from './screens.js';
import { Logo } from './design/logo.js';
import { lazily } from './lazily.js';
import { profile } from './session/loaded.js';

/** Screens on which those who look after the account are told that nobody is there: the first one, and the team. */
const TELLS_OF_GAPS: readonly string[] = ['', 'team'];
const uncovered = lazily(async () => (await import('./coverage/uncovered.js')).Uncovered);

/** What is round every screen: navigation by role, the profile picture. */
export function Shell() {
  const words = t();
  const role = profile.value?.agent.role ?? 'agent';
  const mine = SCREENS.filter(({ roles }) => roles.includes(role));
  // Who has the role is known in a moment: until then a screen of the console is not replaced by the first one.
  const known = profile.value !== null || SCREENS.every(({ name, section }) => section === 'own' || name !== currentScreen());
  const screen = mine.find(({ name }) => name === currentScreen()) ?? (known ? mine[0] : undefined);
  const manages = mine.some(({ section }) => section !== 'own');
  document.title = screen ? `${screen.title(words)} · Ampel` : 'Ampel';
  return (
    <div class={`shell${manages ? ' manages' : ''}`}>
      <a class="skip" href="#content" onClick={toContent}>
        {words.nav.skip}
      </a>
      <header class="top">
        <Logo />
        {!manages && <Navigation screens={mine} current={screen} />}
        <LookSwitches />
        <ProfileMenu />
      </header>
      {manages && <Navigation screens={mine} current={screen} />}
      <main id="content" tabIndex={-1}>
        <ForcedOffline />
        {manages && screen !== undefined && TELLS_OF_GAPS.includes(screen.name) && uncovered()}
        {screen?.show()}
      </main>
    </div>
  );
}

/** The address belongs to the router. */
function toContent(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
