import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BoxRow, SiteRow } from '#read-model';
import { SeededRandom } from '#testing';
import { BoxCopy, type BoxMessage, type LoadedSite, type LoadTicket, type NewerRows } from './box-copy.js';
import { shownAt } from './shown-status.js';

const STEPS = 120;

describe('the copy of the boxes under loss, duplication and any order', () => {
  it('is never below what its position promises, never goes back, and equals the rows in the end', () => {
    let lost = 0;
    let reloads = 0;
    let overtaken = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const story = new CopyStory(new SeededRandom(seed));
        for (let i = 0; i < STEPS; i++) {
          story.step();
          story.assertSound();
        }
        story.comeToRest();
        expect(story.copyAsRows()).toEqual(story.truthOfCached());
        lost += story.counts.lost;
        reloads += story.counts.reloads;
        overtaken += story.counts.overtaken;
      }),
      { numRuns: 300 },
    );
    // the run proves that it bit
    expect(Math.min(lost, reloads, overtaken)).toBeGreaterThan(100);
  });
});

const KEYS = ['A', 'B', 'C'];
const GROUPS = ['', 'DE', 'EN'];
const PARTITION = 7;
const NOW = 1;

/** The rows as Postgres has them after a commit. */
interface Rows {
  readonly position: number;
  readonly sites: ReadonlyMap<string, SiteRow>;
  /** By `key/group`. */
  readonly boxes: ReadonlyMap<string, BoxRow>;
}

/**
 * A projector that commits, a bus that loses, doubles and reorders, loads and reloads whose rows are read at one time and arrive at
 * another, and the copy that has to live with it. Every step is drawn by the dice, so a seed replays a story.
 */
class CopyStory {
  readonly copy = new BoxCopy(2);
  readonly counts = { lost: 0, reloads: 0, overtaken: 0 };
  private readonly history: Rows[] = [startingRows()];
  private underWay: BoxMessage[] = [];
  private loads: { key: string; ticket: LoadTicket; position: number; rows: LoadedSite | null }[] = [];
  private reload: { asked: { siteId: string; version: number }[]; position: number; rows: NewerRows | null } | null = null;
  private readonly seen = new Map<string, number>();

  constructor(private readonly dice: SeededRandom) {}

  step(): void {
    const { commit, deliver, repeatOrLose, load, loadGoesOn, reloadGoesOn, beacon } = this;
    this.dice.pick([commit, commit, deliver, deliver, repeatOrLose, load, loadGoesOn, reloadGoesOn, beacon]).call(this);
  }

  /** Everything that is under way arrives or is lost, and the copy is told how far the projector is. */
  comeToRest(): void {
    while (this.loads.length > 0) this.loadGoesOn();
    while (this.reload) this.reloadGoesOn();
    this.underWay = this.dice.some(this.underWay, 0.5);
    while (this.underWay.length > 0) this.deliver();
    this.copy.progressOf(PARTITION)?.exists(this.now.position, NOW);
    while (this.copy.behind().length > 0) this.reloadGoesOn();
  }

  /** What the copy's position promises, and that no box shown went back. */
  assertSound(): void {
    const progress = this.copy.progressOf(PARTITION);
    const promised = this.history.findLast(({ position }) => position <= (progress?.position ?? 0));
    for (const key of KEYS) {
      const cached = this.copy.find(key);
      if (!cached || !promised) continue;
      for (const group of GROUPS) {
        const version = cached.boxes.get(group)?.version ?? 0;
        const due = promised.boxes.get(`${key}/${group}`)?.version ?? 0;
        if (version < due) throw new Error(`box ${key}/${group} is at ${version}, but position ${progress?.position} promises ${due}`);
        const told = shownAt(cached, group || null, NOW, NOW)?.payload.version ?? 0;
        const before = this.seen.get(`${key}/${group}`) ?? 0;
        if (told < before) throw new Error(`a reader of ${key}/${group} was told ${told} after ${before}`);
        this.seen.set(`${key}/${group}`, told);
      }
    }
  }

  copyAsRows(): unknown {
    return this.cachedKeys().map((key) => {
      const cached = this.copy.find(key);
      return [cached?.site, Object.fromEntries(cached?.boxes ?? [])];
    });
  }

  truthOfCached(): unknown {
    const boxesOf = (key: string) =>
      GROUPS.map((group) => [group, this.now.boxes.get(`${key}/${group}`)] as const).filter(([, row]) => row !== undefined);
    return this.cachedKeys().map((key) => [this.now.sites.get(key), Object.fromEntries(boxesOf(key))]);
  }

  private get now(): Rows {
    return this.history.at(-1) as Rows;
  }

  private cachedKeys(): string[] {
    return KEYS.filter((key) => this.copy.find(key));
  }

  /** The projector folds one to three events. */
  private commit(): void {
    const { position: from, sites, boxes } = this.now;
    const next = { position: from + this.dice.between(1, 3), sites: new Map(sites), boxes: new Map(boxes) };
    const message = { partition: PARTITION, from, to: next.position, boxes: [] as BoxRow[], sites: [] as SiteRow[] };
    for (const key of this.dice.some(KEYS, 0.5)) {
      const before = next.sites.get(key) as SiteRow;
      const moved = this.dice.some(GROUPS, 0.4);
      const version = before.version + Math.sign(moved.length);
      const origins = this.dice.chance(0.2) ? [`https://${next.position}.example`] : before.origins;
      const site = { ...before, version, origins };
      next.sites.set(key, site);
      message.sites.push(site);
      for (const group of moved) {
        const box = boxRow(key, group, version, this.dice);
        next.boxes.set(`${key}/${group}`, box);
        message.boxes.push(box);
      }
    }
    this.history.push(next);
    this.underWay.push(message);
  }

  private deliver(): void {
    const [message] = this.underWay.splice(this.dice.chance(0.7) ? 0 : this.dice.between(0, this.underWay.length), 1);
    if (message) this.copy.apply(message, NOW);
  }

  private repeatOrLose(): void {
    const at = this.dice.between(0, this.underWay.length);
    const message = this.underWay[at];
    if (!message) return;
    if (this.dice.chance(0.5)) this.underWay.push(message);
    else this.underWay.splice(at, 1);
    this.counts.lost++;
  }

  private load(): void {
    const key = this.dice.pick(KEYS);
    if (this.copy.find(key) || this.loads.some((load) => load.key === key)) return;
    this.loads.push({ key, ticket: this.copy.beginLoad(), position: this.now.position, rows: null });
  }

  /** The rows are read, or (later) arrive. */
  private loadGoesOn(): void {
    const load = this.loads[0];
    if (!load) return;
    if (!load.rows) {
      const boxes = [...this.now.boxes].filter(([id]) => id.startsWith(`${load.key}/`)).map(([, box]) => box);
      load.rows = { position: load.position, site: this.now.sites.get(load.key) as SiteRow, boxes };
      return;
    }
    if (load.ticket.heard.some(({ to }) => to > load.position)) this.counts.overtaken++;
    this.copy.finishLoad(load.ticket, load.rows, NOW);
    this.loads.shift();
  }

  private reloadGoesOn(): void {
    if (!this.reload) {
      if (this.copy.behind().length > 0) this.reload = { asked: this.copy.beginReload(PARTITION), position: this.now.position, rows: null };
      return;
    }
    const { asked, position, rows } = this.reload;
    if (!rows) {
      const versions = new Map(asked.map(({ siteId, version }) => [siteId, version]));
      const sites = [...this.now.sites.values()].filter(({ siteId }) => versions.has(siteId));
      const boxes = [...this.now.boxes.values()].filter((b) => b.version > (versions.get(b.siteId) ?? Infinity));
      this.reload.rows = { position, sites, boxes };
      return;
    }
    this.copy.finishReload(PARTITION, rows, NOW);
    this.reload = null;
    this.counts.reloads++;
  }

  private beacon(): void {
    this.copy.progressOf(PARTITION)?.announced(this.now.position, NOW);
  }
}

function startingRows(): Rows {
  const sites = KEYS.map((key): [string, SiteRow] => [
    key,
    { tenantId: 't1', siteId: `site-${key}`, partition: PARTITION, key, origins: [], timeZone: 'UTC', version: 1, removed: false },
  ]);
  return { position: 0, sites: new Map(sites), boxes: new Map(KEYS.map((key) => [`${key}/`, boxRow(key, '', 1)])) };
}

function boxRow(key: string, group: string, version: number, dice?: SeededRandom): BoxRow {
  const status = dice?.pick(['online', 'busy', 'offline'] as const) ?? 'offline';
  const removed = group !== '' && (dice?.chance(0.1) ?? false);
  return { tenantId: 't1', siteId: `site-${key}`, groupId: group || null, status, since: version, version, next: null, removed };
}
