import { useEffect, useMemo, useState } from 'preact/hooks';
import type { HoursView } from '#contract';
import { confirmed } from '../design/confirm.js';
import { refusalText } from '../design/refusals.js';
import { toast } from '../design/toasts.js';
import { adminChange } from '../session/admin.js';
import { now, serverNow } from '../session/server-time.js';
import { bodyOf, type Draft, draftOf, type HolidayRows } from './draft.js';
import { type Edits, edited, editsOf, isDirty, keepEdits, redone, undone } from './edits.js';
import { isSerious, sentenceOf } from './findings.js';
import type { Account, Fault, Finding, Owner } from './judge.js';
import { hoursPath, type Places, useJudge } from './use-hours.js';
import { hoursWords } from './words.js';

/** The hours of one owner while a person edits them. */
export interface Editing {
  readonly draft: Draft | null;
  readonly rows: HolidayRows;
  /** Whether `rows` are kept by the service, so that they can be changed one by one. */
  readonly rowsKept: boolean;
  readonly dirty: boolean;
  readonly busy: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly faults: readonly Fault[];
  readonly findings: readonly Finding[];
  change(draft: Draft | null, rows?: HolidayRows): void;
  undo(): void;
  redo(): void;
  discard(): void;
  save(): Promise<void>;
}

/** A week that may always stand: the calendar of holidays is asked for without the rest of the draft. */
const ANY_WEEK = [{ days: ['mo' as const], opens: '00:00', closes: '24:00' }];

export function useEditing(places: Places, owner: Owner, onSaved: () => Promise<void>): Editing {
  const view = places.hours.get(owner.id) ?? null;
  const saved = useMemo(() => (view === null ? null : draftOf(view)), [view]);
  const judge = useJudge();
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [busy, setBusy] = useState(false);
  const edits = editsOf(owner.id, saved);
  const dirty = isDirty(edits, saved);
  const draft = edits.present;
  const { rows, rowsKept, showRows } = useHolidayRows(owner, view, draft);

  const findings = useMemo(() => {
    if (!judge || !dirty || draft === null) return [];
    const read = judge.hoursOf(draft, rows);
    return 'faults' in read ? [] : judge.judge(accountOf(places, judge), owner, read.hours, serverNow());
  }, [judge, draft, rows, dirty, places, Math.floor(now.value / 60_000)]);

  const put = (next: Edits): void => {
    setFaults([]);
    keepEdits(owner.id, isDirty(next, saved) ? next : null);
  };

  const save = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setFaults([]);
    const words = hoursWords().save;
    const serious = findings.filter(isSerious);
    const store = async (): Promise<boolean> => {
      if (draft === null) return stored(await adminChange('DELETE', hoursPath(owner)));
      // First without storing anything: what is wrong is told before the question whether it is meant.
      if (!stored(await adminChange<HoursView>('PUT', `${hoursPath(owner)}?dryRun=true`, bodyOf(draft)))) return false;
      const question = { title: words.confirmTitle, text: serious.map(sentenceOf).join(' '), action: words.anyway, danger: true };
      if (serious.length > 0 && !(await confirmed(question))) return false;
      return stored(await adminChange<HoursView>('PUT', hoursPath(owner), bodyOf(draft)));
    };
    if (await store()) {
      await onSaved();
      keepEdits(owner.id, null);
      toast(draft === null ? words.removed : words.saved);
    }
    setBusy(false);
  };
  const stored = (answer: Awaited<ReturnType<typeof adminChange>>): boolean => {
    if (answer.kind === 'ok') return true;
    if (answer.kind === 'refused' && answer.refusal.errors.length > 0) setFaults(answer.refusal.errors);
    else toast(refusalText(answer));
    return false;
  };

  return {
    draft, rows, rowsKept, dirty, busy, faults, findings, save,
    canUndo: edits.past.length > 0,
    canRedo: edits.future.length > 0,
    change: (next, newRows) => {
      if (newRows) showRows(next, newRows);
      put(edited(edits, next));
    },
    undo: () => put(undone(edits)),
    redo: () => put(redone(edits)),
    discard: () => put({ past: [], present: saved, future: [] }),
  };
}

function accountOf({ sites, groups, status, hours }: Places, judge: NonNullable<ReturnType<typeof useJudge>>): Account {
  const kept = [...hours].flatMap(([id, view]) => {
    const read = view && judge.hoursOf(draftOf(view), view.holidayRows ?? []);
    return read && 'hours' in read ? [[id, read.hours] as const] : [];
  });
  return { sites, groups, agents: status.agents, hours: new Map(kept) };
}

/** The rows of the draft's calendar: those that are kept, else as the service would write them out. */
function useHolidayRows(owner: Owner, view: HoursView | null, draft: Draft | null) {
  const [asked, setAsked] = useState<{ readonly key: string; readonly rows: HolidayRows }>({ key: '', rows: [] });
  const keyOf = (holidays: Draft['holidays'] | undefined): string => (holidays ? `${holidays.country} ${holidays.region ?? ''}` : '');
  const keptKey = view?.holidays ? keyOf({ country: view.holidays.country, region: view.holidays.region ?? null }) : '';
  const key = keyOf(draft?.holidays);
  const rowsKept = key !== '' && key === keptKey;
  useEffect(() => {
    if (key === '' || rowsKept || key === asked.key || !draft?.holidays) return undefined;
    let wanted = true;
    const { country, region } = draft.holidays;
    const body = { weekly: ANY_WEEK, holidays: { country, ...(region === null ? {} : { region }) } };
    void adminChange<HoursView>('PUT', `${hoursPath(owner)}?dryRun=true`, body).then((answer) => {
      if (wanted && answer.kind === 'ok') setAsked({ key, rows: answer.body.holidayRows ?? [] });
    });
    return () => void (wanted = false);
  }, [key, rowsKept]);
  const rows = rowsKept ? (view?.holidayRows ?? []) : key !== '' && asked.key === key ? asked.rows : [];
  return { rows, rowsKept, showRows: (next: Draft | null, given: HolidayRows) => setAsked({ key: keyOf(next?.holidays), rows: given }) };
}
