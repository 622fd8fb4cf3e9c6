import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './design/icons.js';
import { t } from './i18n/index.js';
import { MOST_COUNTED, unread } from './inbox/seen.js';
import { linkTo } from './router.js';
import type { Screen, Section } from './screens.js';

const SECTIONS: readonly Section[] = ['own', 'manage', 'account'];

interface NavigationProps {
  readonly screens: readonly Screen[];
  readonly current: Screen | undefined;
}

/**
 * Tabs for those who only answer. Who manages has more screens: beside the page where there is room, else the own ones as tabs and the
 * others behind a button.
 */
export function Navigation({ screens, current }: NavigationProps) {
  const words = t().nav;
  const of = (section: Section) => ({ section, entries: screens.filter((screen) => screen.section === section) });
  const sections = SECTIONS.map(of).filter(({ entries }) => entries.length > 0);
  if (sections.length === 1) {
    return (
      <nav class="tabs" aria-label={words.label}>
        {screens.map((screen) => (
          <Entry key={screen.name} screen={screen} current={current} />
        ))}
      </nav>
    );
  }
  return <Sections sections={sections} current={current} />;
}

function Entry({ screen, current }: { readonly screen: Screen; readonly current: Screen | undefined }) {
  return (
    <a href={linkTo(screen.name)} aria-current={screen === current ? 'page' : undefined}>
      <Icon name={screen.icon} />
      <span>{screen.title(t())}</span>
      {screen.name === 'inbox' && <Unread />}
    </a>
  );
}

/** How many messages are new to this person. */
function Unread() {
  const { value } = unread;
  if (value === 0) return null;
  const told = value > MOST_COUNTED ? `${MOST_COUNTED}+` : String(value);
  return (
    <span class="unread numbers" title={t().inbox.unreadHint}>
      {told} <span class="unseen">{t().inbox.unread}</span>
    </span>
  );
}

interface SectionsProps {
  readonly sections: readonly { readonly section: Section; readonly entries: readonly Screen[] }[];
  readonly current: Screen | undefined;
}

function Sections({ sections, current }: SectionsProps) {
  const words = t().nav;
  const [open, setOpen] = useState(false);
  const nav = useRef<HTMLElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const elsewhere = current !== undefined && current.section !== 'own';
  useEffect(() => setOpen(false), [current]);
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !nav.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  return (
    <nav
      ref={nav}
      class={`sections${open ? ' open' : ''}`}
      aria-label={words.label}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      {sections.map(({ section, entries }) => (
        <div key={section} class={`section ${section}`} role="group" aria-label={words[section]}>
          {section !== 'own' && <p aria-hidden="true">{words[section]}</p>}
          {entries.map((screen) => (
            <Entry key={screen.name} screen={screen} current={current} />
          ))}
          {section === 'own' && (
            <button ref={button} type="button" class={`more-sections${elsewhere ? ' here' : ''}`} aria-expanded={open} onClick={() => setOpen(!open)}>
              <Icon name="menu" />
              <span>{elsewhere ? current.title(t()) : words.manage}</span>
              <span class="turn" aria-hidden="true" />
            </button>
          )}
        </div>
      ))}
    </nav>
  );
}
