import type { Conversation } from './conversation.js';
import { dot, el, icon, put } from './drawing.js';
import type { View } from './shown-box.js';
import { type StateWords, stateWords } from './state-words.js';
import { ageWords, whenWords, type Words, wordsFor } from './words.js';

export interface Panel {
  readonly root: HTMLElement;
  show(view: View): void;
  talk(): void;
  focus(): void;
}

interface Texts {
  readonly words: Words & StateWords;
  readonly lang: string;
}

/** One sentence about what the state means for the visitor. */
function hintOf({ status, age, wrongKey }: View, words: Words): string {
  if (status === 'online') return words.hintOnline;
  if (status === 'busy') return words.hintBusy;
  if (status === 'offline') return words.hintOffline;
  return wrongKey ? words.hintWrong : age === null ? words.connecting : words.hintUnknown;
}

/** When it will change, or how old it is; '' if there is nothing to say. */
function noteOf({ status, next, age, stale }: View, { words, lang }: Texts): string {
  if (status === 'unknown') return '';
  if (age !== null) return `${words.aged} ${ageWords(age, lang)}`;
  if (stale) return words.stale;
  if (!next || next.status === status) return '';
  const when = whenWords(next.at, lang, Date.now());
  return next.status === 'online' ? `${words.from} ${when}` : next.status === 'offline' ? `${words.until} ${when}` : '';
}

/** The open box: what the state means, what was said, and the form. `leave` closes it. */
export function buildPanel(lang: string, title: string, talk: Conversation, leave: () => void): Panel {
  const words = { ...wordsFor(lang), ...stateWords(lang) };
  const shape = dot();
  const state = el('span', {});
  const hint = el('p', {});
  const note = el('p', { class: 'note' });
  const log = el('div', { class: 'talk', role: 'log', tabindex: '0', 'aria-label': words.chat }, hint, note);
  const text = el('textarea', { rows: '2', maxlength: '2000', required: '', dir: 'auto' });
  const email = el('input', { type: 'email', maxlength: '254', autocomplete: 'email', required: '' });
  const address = el('label', {}, words.email, email);
  const send = el('button', { class: 'send' }, words.send);
  const say = el('p', { class: 'say', role: 'status' });
  const form = el('form', {}, address, el('label', {}, words.message, text), say, send);
  const close = el('button', { class: 'x', type: 'button', 'aria-label': words.close }, icon('M6 6l12 12M18 6L6 18'));
  const root = el(
    'section',
    { class: 'panel', role: 'dialog', 'aria-label': title, id: 'panel' },
    el('header', {}, el('div', {}, el('h2', { dir: 'auto' }, title), el('p', { class: 'state' }, shape, state)), close),
    log,
    form,
  );
  let shown = 0;
  let needsEmail = false;
  let last: View | undefined;

  const panel: Panel = {
    root,
    show: (view) => {
      last = view;
      const { status } = view;
      shape.className = `dot ${status}`;
      put(state, words[status]);
      put(hint, hintOf(view, words));
      put(note, noteOf(view, { words, lang }));
      note.hidden = note.textContent === '';
      form.hidden = status === 'unknown';
      address.hidden = email.disabled = status !== 'offline' && !needsEmail;
    },
    talk: () => {
      for (const { text: said, mine, at } of talk.entries().slice(shown)) {
        const line = el('p', { class: mine ? 'mine' : 'theirs' }, said);
        if (at && !mine) line.append(el('small', {}, whenWords(new Date(at).toISOString(), lang, Date.now())));
        log.append(line);
      }
      shown = talk.entries().length;
      log.scrollTop = log.scrollHeight;
    },
    focus: () => (form.hidden ? close : text).focus(),
  };
  const tell = (what: string, bad: boolean): void => {
    say.className = bad ? 'say bad' : 'say';
    put(say, what);
  };
  const busy = (yes: boolean): void => {
    send.setAttribute('aria-disabled', String(yes));
    put(send, yes ? words.sending : words.send);
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    const said = text.value.trim();
    if (!said || send.textContent === words.sending) return;
    busy(true);
    tell('', false);
    void talk.write(said, email.disabled ? '' : email.value.trim()).then((outcome) => {
      busy(false);
      needsEmail = outcome === 'email';
      if (outcome === 'sent') {
        text.value = '';
        tell(words.sent, false);
      } else tell(outcome === 'email' ? words.needEmail : words[outcome], true);
      if (last) panel.show(last);
      if (needsEmail) email.focus();
    });
  };
  text.onkeydown = (event) => {
    // Enter sends, as in every chat; while a word is being composed it belongs to the keyboard.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  };
  close.onclick = leave;
  panel.talk();
  return panel;
}
