import type { VNode } from 'preact';
import type { OwnProfile } from '#contract';
import type { IconName } from './design/icons.js';
import { Home } from './home/home.js';
import type { Messages } from './i18n/en.js';
import { Inbox } from './inbox/inbox.js';

export interface Screen {
  /** Its part of the address; empty for the first one. */
  readonly name: string;
  readonly icon: IconName;
  readonly title: (words: Messages) => string;
  /** Who finds it in the navigation; the API decides by itself who may read what. */
  readonly roles: readonly OwnProfile['agent']['role'][];
  readonly show: () => VNode;
}

const EVERYBODY = ['owner', 'manager', 'auditor', 'agent'] as const;

/** Every screen of the dashboard, in the order of the navigation. */
export const SCREENS: readonly Screen[] = [
  { name: '', icon: 'home', title: (words) => words.nav.home, roles: EVERYBODY, show: () => <Home /> },
  { name: 'inbox', icon: 'inbox', title: (words) => words.nav.inbox, roles: EVERYBODY, show: () => <Inbox /> },
];
