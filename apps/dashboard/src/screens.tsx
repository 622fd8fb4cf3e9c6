import type { VNode } from 'preact';
import type { IconName } from './design/icons.js';
import { Home } from './home/home.js';
import type { Messages } from './i18n/en.js';
import { Inbox } from './inbox/inbox.js';
import { lazily } from './lazily.js';
import type { Role } from './session/rights.js';

/** Which part of the navigation: one's own, who answers and where, the account. */
export type Section = 'own' | 'manage' | 'account';

export interface Screen {
  /** Its part of the address; empty for the first one. */
  readonly name: string;
  readonly icon: IconName;
  readonly section: Section;
  readonly title: (words: Messages) => string;
  /** Who finds it in the navigation; the API decides by itself who may read what. */
  readonly roles: readonly Role[];
  readonly show: () => VNode;
}

const EVERYBODY = ['owner', 'manager', 'auditor', 'agent'] as const;
/** Those who look after the account; an auditor only looks. */
const CONSOLE = ['owner', 'manager', 'auditor'] as const;

/** Every screen, in the order of the navigation. Those of the console are loaded when they are first opened. */
export const SCREENS: readonly Screen[] = [
  { name: '', icon: 'home', section: 'own', title: (words) => words.nav.home, roles: EVERYBODY, show: () => <Home /> },
  { name: 'inbox', icon: 'inbox', section: 'own', title: (words) => words.nav.inbox, roles: EVERYBODY, show: () => <Inbox /> },
  {
    ...{ name: 'team', icon: 'people', section: 'manage', title: (words: Messages) => words.nav.team, roles: CONSOLE },
    show: lazily(async () => (await import('./team/team.js')).Team),
  },
  {
    ...{ name: 'groups', icon: 'groups', section: 'manage', title: (words: Messages) => words.nav.groups, roles: CONSOLE },
    show: lazily(async () => (await import('./groups/groups.js')).Groups),
  },
  {
    ...{ name: 'sites', icon: 'globe', section: 'manage', title: (words: Messages) => words.nav.sites, roles: CONSOLE },
    show: lazily(async () => (await import('./sites/sites.js')).Sites),
  },
  {
    ...{ name: 'hours', icon: 'hours', section: 'manage', title: (words: Messages) => words.nav.hours, roles: CONSOLE },
    show: lazily(async () => (await import('./hours/hours.js')).Hours),
  },
  {
    ...{ name: 'notices', icon: 'bell', section: 'manage', title: (words: Messages) => words.nav.notices, roles: CONSOLE },
    show: lazily(async () => (await import('./notices/notices.js')).Notices),
  },
  {
    ...{ name: 'timeline', icon: 'timeline', section: 'manage', title: (words: Messages) => words.nav.timeline, roles: CONSOLE },
    show: lazily(async () => (await import('./timeline/timeline.js')).Timeline),
  },
  {
    ...{ name: 'reports', icon: 'bars', section: 'manage', title: (words: Messages) => words.nav.reports, roles: CONSOLE },
    show: lazily(async () => (await import('./reports/reports.js')).Reports),
  },
  {
    ...{ name: 'what-if', icon: 'whatIf', section: 'manage', title: (words: Messages) => words.nav.whatIf, roles: CONSOLE },
    show: lazily(async () => (await import('./what-if.js')).WhatIf),
  },
  {
    ...{ name: 'api-keys', icon: 'key', section: 'account', title: (words: Messages) => words.nav.apiKeys, roles: CONSOLE },
    show: lazily(async () => (await import('./api-keys/api-keys.js')).ApiKeys),
  },
  {
    ...{ name: 'webhooks', icon: 'plug', section: 'account', title: (words: Messages) => words.nav.webhooks, roles: CONSOLE },
    show: lazily(async () => (await import('./webhooks/webhooks.js')).Webhooks),
  },
  {
    ...{ name: 'plan', icon: 'plan', section: 'account', title: (words: Messages) => words.nav.plan, roles: CONSOLE },
    show: lazily(async () => (await import('./plan/plan.js')).Plan),
  },
  {
    ...{ name: 'record', icon: 'record', section: 'account', title: (words: Messages) => words.nav.record, roles: CONSOLE },
    show: lazily(async () => (await import('./record/record.js')).Record),
  },
  {
    ...{ name: 'verification', icon: 'proof', section: 'account', title: (words: Messages) => words.nav.verification, roles: CONSOLE },
    show: lazily(async () => (await import('./verification/verification.js')).Verification),
  },
];
