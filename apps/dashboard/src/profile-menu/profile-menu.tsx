import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../design/icons.js';
import { Avatar } from '../design/status.js';
import { t } from '../i18n/index.js';
import { profile } from '../session/loaded.js';
import { shownStatus } from '../session/shown-status.js';
import { menuIsOpen } from '../session/menu-open.js';
import { StatusMenu } from './status-menu.js';
import { UntilDialog } from './until-dialog.js';

/** The profile picture: a click opens the menu (rule 1 of the help page). */
export function ProfileMenu() {
  const words = t();
  const [asking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const status = shownStatus();
  const { name = '' } = profile.value?.agent ?? {};
  const open = menuIsOpen.value;
  const close = (): void => {
    menuIsOpen.value = false;
    button.current?.focus();
  };
  useEffect(() => () => void (menuIsOpen.value = false), []);
  return (
    <div class="profile">
      <button
        ref={button}
        type="button"
        class="picture"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => (menuIsOpen.value = !open)}
      >
        <Avatar name={name} status={status} />
        <span class="unseen">{words.hero.picture(name, words.status[status])}</span>
        <span class="picture-words" aria-hidden="true">
          <b>{name}</b>
          <span>{words.status[status]}</span>
        </span>
        <Icon name="chevron" />
      </button>
      {open && (
        <StatusMenu
          onClose={close}
          onUntil={() => {
            close();
            setAsking(true);
          }}
        />
      )}
      {asking && <UntilDialog onClose={() => setAsking(false)} />}
    </div>
  );
}
