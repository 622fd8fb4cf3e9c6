import { Icon } from './design/icons.js';
import { isDark, wishTheme } from './design/theme.js';
import { language, speak, t } from './i18n/index.js';
import { en } from './i18n/en.js';
import { de } from './i18n/de.js';

/** Light or dark, German or English: each button says what a click gives. */
export function LookSwitches() {
  const words = t();
  const dark = isDark();
  const other = language.value === 'de' ? ('en' as const) : ('de' as const);
  const name = { de, en }[other].language;
  const next = dark ? 'light' : 'dark';
  return (
    <div class="looks">
      <button type="button" class="button plain" lang={other} onClick={() => speak(other)}>
        {other.toUpperCase()}
        <span class="unseen"> {name}</span>
      </button>
      <button type="button" class="button plain" aria-label={`${words.look.theme}: ${words.look.themes[next]}`} onClick={() => wishTheme(next)}>
        <Icon name={dark ? 'sun' : 'moon'} />
      </button>
    </div>
  );
}
