import { Icon } from './design/icons.js';
import { t } from './i18n/index.js';
import { LookSwitches } from './look-switches.js';
import { ProfileMenu } from './profile-menu/profile-menu.js';
import { currentScreen, linkTo } from './router.js';
import { SCREENS } from './screens.js';
import { Logo } from './design/logo.js';
import { profile } from './session/loaded.js';

/** What is round every screen: navigation by role, the profile picture. */
export function Shell() {
  const words = t();
  const role = profile.value?.agent.role ?? 'agent';
  const mine = SCREENS.filter(({ roles }) => roles.includes(role));
  const screen = mine.find(({ name }) => name === currentScreen()) ?? mine[0];
  document.title = screen ? `${screen.title(words)} · Ampel` : 'Ampel';
  return (
    <div class="shell">
      <a class="skip" href="#content" onClick={toContent}>
        {words.nav.skip}
      </a>
      <header class="top">
        <Logo />
        <nav aria-label={words.nav.label}>
          {mine.map(({ name, icon, title }) => (
            <a key={name} href={linkTo(name)} aria-current={name === screen?.name ? 'page' : undefined}>
              <Icon name={icon} />
              <span>{title(words)}</span>
            </a>
          ))}
        </nav>
        <LookSwitches />
        <ProfileMenu />
      </header>
      <main id="content" tabIndex={-1}>
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
