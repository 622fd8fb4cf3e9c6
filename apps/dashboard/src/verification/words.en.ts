import { plural } from '../i18n/format.js';

const rows = (count: number): string => plural(count, { one: 'One row', other: `${count} rows` });
const differ = (count: number): string => plural(count, { one: 'differs', other: 'differ' });

export const en = {
  title: 'Verification',
  intro: 'Whether what is shown is what the log says: the log is folded anew, from its first event, and every row is compared with it.',
  standing: 'The last verification',
  agrees: 'What is shown is what the log says.',
  ofAccount: (events: string) => `${events} of this account`,
  differs: (count: number) => `${rows(count)} ${differ(count)} from the log.`,
  healed: (count: number) => `${rows(count)} differed. They are now as the log says.`,
  differsHint: 'A rebuild writes them as the log says, while everything goes on. Nothing is lost by it: the log is the truth.',
  shownDiffers: (count: number) => `${rows(count)} of the record of what visitors saw ${differ(count)} from the log. They are evidence and stay as they are.`,
  notYet: 'Nothing has been verified yet.',
  notYetHint: 'In the background everything is verified again and again, slowly; the first time some minutes after the start. Or have it done now.',
  verified: 'Verified',
  at: (ago: string, time: string) => `${ago}, ${time}`,
  by: 'How',
  background: 'in the background, without being asked',
  asked: { verify: 'because somebody asked', rebuild: 'by a rebuild' },
  compared: 'Compared',
  events: (count: string) => `${count} events`,
  upTo: (position: string) => `up to position ${position} of the log`,
  hash: 'SHA-256 of the log',
  verifyNow: 'Verify now',
  rebuild: 'Rebuild',
  rebuildTitle: 'Rebuild what is shown?',
  rebuildText: 'Everything is compared with the log first. Only rows that differ are written, as the log says; chat boxes that showed something wrong change at once. What visitors have seen stays on record.',
  progress: { verify: 'Verifying', rebuild: 'Rebuilding' },
  queued: 'Waiting for its turn…',
  counting: 'Reading the log…',
  of: (done: string, total: string) => `${done} of ${total} events`,
  rate: (perSecond: string) => `${perSecond} a second`,
  left: (time: string) => `${time} left`,
  foundSoFar: (count: number) => `${rows(count)} ${differ(count)} so far`,
  cancel: 'Cancel',
  resume: 'Go on',
  findings: 'What differed, row by row',
  columns: { where: 'Row', kind: 'What is wrong', actual: 'As it was found', expected: 'As the log says' },
  kinds: { differs: 'differs', missing: 'is missing', extra: 'should not be there' },
  tables: {
    tenant: 'Account', agent: 'Person', tenant_group: 'Group', site: 'Site', box: 'Box', agent_interval: 'History of a person', shown: 'What visitors saw',
  } as Readonly<Record<string, string>>,
  gone: 'gone since',
  nothing: 'nothing',
  earlier: 'Asked for',
  noRuns: 'Nobody has asked for a verification yet.',
  run: { verify: 'Verification', rebuild: 'Rebuild' },
  states: { queued: 'waits', running: 'under way', done: 'done', failed: 'failed', cancelled: 'cancelled' },
  outcome: (mode: 'verify' | 'rebuild', drift: number) => {
    if (drift === 0) return 'nothing differed';
    return mode === 'verify' ? `${rows(drift)} differed` : `${rows(drift)} healed`;
  },
  underWay: 'A replay of this account is under way already. Wait for its end, or cancel it.',
};
