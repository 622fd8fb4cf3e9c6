import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './app.js';
import { applyTheme } from './design/theme.js';
import { acceptSignInFromOwnPages } from './session/accept-sign-in.js';
import { countUnread } from './inbox/unread.js';
import { keepFresh } from './session/keep-fresh.js';
import { startPresence } from './session/present.js';
import { language } from './i18n/index.js';
import './design/tokens.css';
import './design/base.css';
import './design/controls.css';
import './design/status.css';
import './app.css';

applyTheme();
effect(() => {
  document.documentElement.lang = language.value;
});
const app = document.getElementById('app');
if (app) render(<App />, app);
keepFresh();
countUnread();
void startPresence().then(acceptSignInFromOwnPages);
