/*
 * The demo shop: a page as any customer's, with the real chat box in it; beside it, where there is room, an agent at the desk and with a
 * phone. It is served in development only (libs/http-kit, "development").
 */
import { type Credentials, signInFrames } from './sign-in-frames.js';
import { type ShopWords, WORDS } from './words.js';

/** What `npm start` knows of the demo tenant. */
interface Demo {
  readonly siteKey: string;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly agent: Credentials;
}

/** Room for the frames: the same as in stage.css. */
const WIDE = '(min-width: 1100px)';

const find = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;
const language = find<HTMLSelectElement>('language');
const group = find<HTMLSelectElement>('group');
const box = document.createElement('chatbox-status');
let inBasket = 0;

function words(): ShopWords {
  return language.value === 'en' ? WORDS.en : WORDS.de;
}

function translate(): void {
  const said = words();
  document.documentElement.lang = language.value;
  document.title = said.title;
  for (const element of document.querySelectorAll<HTMLElement>('[data-words]')) {
    element.textContent = said[element.dataset['words'] as Exclude<keyof ShopWords, 'basket'>];
  }
  const price = new Intl.NumberFormat(language.value, { style: 'currency', currency: 'EUR' });
  for (const element of document.querySelectorAll<HTMLElement>('[data-price]')) element.textContent = price.format(Number(element.dataset['price']));
  const [none] = group.options;
  if (none) none.textContent = said.noGroup;
  find('basket').textContent = inBasket > 0 ? said.basket(inBasket) : '';
  for (const [id, title] of [['desk', said.desk], ['phone', said.phone]] as const) find(id).title = title;
  box.lang = language.value;
  box.setAttribute('label', 'Haus & Hof');
}

function chooseGroup(): void {
  if (group.value) box.setAttribute('group', group.value);
  else box.removeAttribute('group');
}

function showAgent(who: Credentials): void {
  const frames = new Map([
    [find<HTMLIFrameElement>('desk'), '/dashboard/?slot=demo-desk&device=desktop'],
    [find<HTMLIFrameElement>('phone'), '/dashboard/?slot=demo-phone&device=mobile'],
  ]);
  for (const frame of frames.keys()) frame.closest<HTMLElement>('.window')?.removeAttribute('hidden');
  signInFrames(frames, who);
}

async function read<T>(name: string): Promise<T | null> {
  const answer = await fetch(name);
  return answer.ok ? ((await answer.json()) as T) : null;
}

language.value = navigator.language.startsWith('de') ? 'de' : 'en';
group.append(new Option('', ''));
translate();
language.onchange = translate;
group.onchange = chooseGroup;
for (const button of document.querySelectorAll('.products button')) {
  button.addEventListener('click', () => {
    inBasket++;
    find('basket').textContent = words().basket(inBasket);
  });
}

const [settings, demo] = await Promise.all([read<{ widgetUrl: string }>('settings.json'), read<Demo>('demo.json')]);
if (demo) {
  const api = settings?.widgetUrl || location.origin;
  for (const { id, name } of demo.groups) group.append(new Option(name, id, false, name === 'DE'));
  box.setAttribute('site', demo.siteKey);
  box.setAttribute('api', api);
  chooseGroup();
  find('box').append(box);
  void import(/* @vite-ignore */ `${api}/widget/v1/widget.js`).catch(() => undefined);
  const wide = matchMedia(WIDE);
  const show = (): void => {
    if (!wide.matches) return;
    wide.removeEventListener('change', show);
    showAgent(demo.agent);
  };
  wide.addEventListener('change', show);
  show();
}
