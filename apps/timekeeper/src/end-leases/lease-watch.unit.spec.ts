import { beforeEach, describe, expect, it } from '@jest/globals';
import { type ArmedLease, type DueLease, SLACK_MS, type WatchedLease } from '#leases';
import { at, ManualClock } from '#testing';
import { LeaseWatch, type WatchPorts } from './lease-watch.js';

const LEASE = 120_000;
/** A look every quarter of a second, a bucket of the wheel, and the slack that is meant. */
const LATEST = SLACK_MS + 500;

interface Row {
  deadline: number;
  signedOut: boolean;
  armedAt: number;
  endedAt: number | null;
}

/** Lease rows, gate and sight, with the hour of Postgres; the watch sees them through its ports only. */
class Leases {
  readonly rows = new Map<number, Row>();
  readonly hour = new ManualClock(at('12:00:00'));
  readonly steady = new ManualClock(5_000);
  noExpiryBefore = 0;
  blind = false;
  heldBack = 0;
  signs = 0;
  /** Which port fails, once. */
  failing: keyof WatchPorts | null = null;
  readonly asked = { readOpen: 0, readWatched: 0, countUnsigned: 0, expire: 0 };
  readonly told: number[] = [];
  readonly ended: { leaseNo: number; late: number }[] = [];

  open(leaseNo: number, leaseMs = LEASE): void {
    const now = this.hour.now();
    this.rows.set(leaseNo, { deadline: now + leaseMs, signedOut: false, armedAt: now, endedAt: null });
  }

  beat(leaseNo: number): void {
    const row = this.rows.get(leaseNo);
    if (row && row.endedAt === null) row.deadline = this.hour.now() + LEASE;
  }

  row(leaseNo: number): Row {
    const row = this.rows.get(leaseNo);
    if (!row) throw new Error(`there is no lease ${leaseNo}`);
    return row;
  }

  ports(): WatchPorts {
    return {
      clock: this.steady,
      readOpen: async (after, limit) => {
        this.fail('readOpen');
        this.asked.readOpen += 1;
        return [...this.rows.keys()].filter((no) => no > after && this.row(no).endedAt === null).sort((a, b) => a - b).slice(0, limit).map(this.watched);
      },
      readNewlyArmed: async (withinMs) => {
        this.fail('readNewlyArmed');
        const numbers = [...this.rows.keys()].filter((no) => this.row(no).endedAt === null && this.row(no).armedAt > this.hour.now() - withinMs);
        return numbers.map((no): ArmedLease => ({ ...this.watched(no), armedAt: this.row(no).armedAt }));
      },
      readWatched: async (leaseNos) => {
        this.fail('readWatched');
        this.asked.readWatched += leaseNos.length;
        return leaseNos.filter((no) => this.rows.has(no)).map(this.watched);
      },
      expire: async (leaseNos) => {
        this.fail('expire');
        this.asked.expire += leaseNos.length;
        return leaseNos.filter((no) => !this.blind && this.row(no).endedAt === null && this.watched(no).remainingMs <= 0).map((no) => this.end(no));
      },
      countUnsigned: async () => {
        this.fail('countUnsigned');
        this.asked.countUnsigned += 1;
        return [...this.rows.values()].filter((row) => row.endedAt === null && !row.signedOut).length;
      },
      holdBack: async () => {
        this.fail('holdBack');
        if (this.heldBack > 0) return false;
        this.heldBack += 1;
        this.noExpiryBefore = this.hour.now() + 75_000;
        return true;
      },
      noteKeeper: async () => {
        this.fail('noteKeeper');
        this.signs += 1;
        return this.hour.now();
      },
      onHeldBack: (falling) => this.told.push(falling),
    };
  }

  end(leaseNo: number): Pick<DueLease, 'leaseNo'> {
    const now = this.hour.now();
    this.row(leaseNo).endedAt = now;
    this.ended.push({ leaseNo, late: now - Math.max(this.row(leaseNo).deadline, this.noExpiryBefore) });
    return { leaseNo };
  }

  private readonly watched = (leaseNo: number): WatchedLease => {
    const { deadline, signedOut, endedAt } = this.row(leaseNo);
    const now = this.hour.now();
    const remainingMs = Math.max(deadline, this.noExpiryBefore) + SLACK_MS - now;
    return { leaseNo, remainingMs, signedOut, endedMs: endedAt === null ? null : now - endedAt };
  };

  private fail(port: keyof WatchPorts): void {
    if (this.failing !== port) return;
    this.failing = null;
    throw new Error(`${port} failed`);
  }
}

let leases: Leases;
let watch: LeaseWatch;
beforeEach(() => {
  leases = new Leases();
  watch = new LeaseWatch(leases.ports());
});

/** Time passes, with a look of each watch every 250 ms; `every` happens before each look. */
async function pass(ms: number, every: () => void = () => undefined, watches: readonly LeaseWatch[] = [watch]): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    leases.hour.advance(250);
    leases.steady.advance(250);
    every();
    for (const one of watches) await one.look().catch(() => undefined);
  }
}

const endedNos = () => leases.ended.map(({ leaseNo }) => leaseNo).sort((a, b) => a - b);

describe('the watch on all leases', () => {
  it('ends a silent one on time: not before the slack is over, and not much later (D9)', async () => {
    leases.open(1);
    await pass(LEASE + SLACK_MS - 250);
    expect(leases.ended).toEqual([]);
    await pass(750);
    expect(leases.ended).toEqual([{ leaseNo: 1, late: expect.any(Number) }]);
    expect(leases.ended[0]?.late).toBeLessThanOrEqual(LATEST);
    expect(watch.watched).toBe(0);
  });

  it('looks at a beating one once per lease time, and ends it after its last beat', async () => {
    leases.open(1);
    let beating = true;
    await pass(600_000, () => beating && leases.hour.now() % 30_000 === 0 && leases.beat(1));
    expect(leases.ended).toEqual([]);
    expect(leases.asked.readWatched).toBeLessThan(10);
    beating = false;
    await pass(LEASE + LATEST);
    expect(leases.ended).toMatchObject([{ leaseNo: 1 }]);
    expect(leases.ended[0]?.late).toBeLessThanOrEqual(LATEST);
  });

  it('takes up leases that are opened later, also very short ones and after it has run for long', async () => {
    await pass(60_000);
    leases.open(1, 2000);
    leases.open(2);
    await pass(2000 + LATEST);
    expect(endedNos()).toEqual([1]);
    await pass(LEASE);
    expect(endedNos()).toEqual([1, 2]);
    expect(leases.ended.every(({ late }) => late <= LATEST)).toBe(true);
  });

  it('takes up a lease whose row was stamped before the last look and committed after it', async () => {
    await pass(60_000);
    leases.open(1, 20_000);
    leases.row(1).armedAt -= 14_000;
    await pass(20_000 + LATEST);
    expect(leases.ended[0]?.late).toBeLessThanOrEqual(LATEST);
  });

  it('does not arm one again and again because it was armed lately', async () => {
    await pass(1000);
    leases.open(1);
    await pass(10_000, () => leases.beat(1));
    expect(watch.watched).toBe(1);
  });

  it('does not carry on what was armed twice at the start', async () => {
    leases.open(1);
    await pass(2 * LEASE, () => leases.beat(1));
    expect(watch.watched).toBe(1);
  });

  it('hears of a deadline that was moved to an earlier instant: a phone for hours, then signed out (case 23)', async () => {
    leases.open(1, 8 * 3_600_000);
    await pass(3_600_000);
    Object.assign(leases.row(1), { deadline: leases.hour.now() + LEASE, armedAt: leases.hour.now(), signedOut: true });
    await pass(LEASE + LATEST);
    expect(leases.ended).toMatchObject([{ leaseNo: 1 }]);
  });

  it('begins with all open ones, page by page, and with those opened while it reads', async () => {
    for (let no = 1; no <= 25_000; no++) leases.open(no, 60_000 + (no % 60) * 1000);
    const ports = leases.ports();
    watch = new LeaseWatch({
      ...ports,
      readOpen: async (after, limit) => {
        const page = await ports.readOpen(after, limit);
        if (after === 20_000) {
          leases.open(0, 5000); // a number that was read past already
          leases.row(0).signedOut = true;
        }
        return page;
      },
    });
    await pass(5000 + LATEST);
    expect(leases.asked.readOpen).toBe(3);
    expect(endedNos()).toEqual([0]);
  });

  it('leaves one alone that ended in another way', async () => {
    leases.open(1);
    leases.open(2);
    await pass(1000);
    leases.row(1).endedAt = leases.hour.now();
    leases.rows.delete(2);
    await pass(LEASE + LATEST);
    expect([leases.asked.expire, watch.watched]).toEqual([0, 0]);
  });

  it('while blind looks again and ends nobody; when sight returns it ends at the deadline that applies then (D10)', async () => {
    leases.open(1);
    await pass(LEASE - 1000);
    leases.blind = true;
    await pass(600_000);
    expect(leases.ended).toEqual([]);
    leases.blind = false;
    leases.noExpiryBefore = leases.hour.now() + 75_000;
    await pass(75_000 + LATEST);
    expect(leases.ended[0]?.late).toBeLessThanOrEqual(LATEST);
    expect(leases.heldBack).toBe(0);
  });

  it('after its own long pause ends whoever is due with the next looks', async () => {
    for (let no = 1; no <= 40; no++) leases.open(no);
    await pass(1000);
    leases.hour.advance(3_600_000);
    leases.steady.advance(3_600_000);
    await pass(1000);
    expect(endedNos()).toHaveLength(40);
  });
});

describe('whatever happens to clocks', () => {
  it('an hour that is set forward, or a machine that slept, makes nobody late', async () => {
    leases.open(1);
    await pass(2000);
    leases.hour.advance(LEASE); // Postgres has moved on, our steady clock has not
    await pass(SLACK_MS + 1500);
    expect(endedNos()).toEqual([1]);
  });

  it('an hour that is set back lets nobody wait for longer than the rows say', async () => {
    leases.open(1);
    await pass(2000);
    leases.hour.set(leases.hour.now() - 3_600_000);
    leases.row(1).deadline -= 3_600_000; // as a beat would
    await pass(LEASE + LATEST);
    expect(endedNos()).toEqual([1]);
  });

  it('is not started anew by answers that are late', async () => {
    leases.open(1);
    await pass(60_000, () => leases.hour.set(leases.hour.now() + (leases.steady.now() % 2000 === 0 ? 400 : -50)));
    expect(leases.asked.readOpen).toBe(1);
  });
});

describe('a port that fails', () => {
  it.each<keyof WatchPorts>(['readOpen', 'readNewlyArmed', 'readWatched', 'expire', 'countUnsigned', 'holdBack', 'noteKeeper'])(
    '%s: the look throws, no lease is lost, and the next look goes on',
    async (port) => {
      for (let no = 1; no <= 60; no++) leases.open(no);
      let failures = 0;
      const look = async (): Promise<void> => {
        await watch.look().catch((error: Error) => {
          expect(error.message).toBe(`${port} failed`);
          failures += 1;
        });
      };
      for (let passed = 0; passed < LEASE + 80_000; passed += 250) {
        leases.hour.advance(250);
        leases.steady.advance(250);
        if (passed === LEASE + 750 || passed === 0) leases.failing = port;
        await look();
      }
      expect(failures).toBeGreaterThan(0);
      expect(endedNos()).toHaveLength(60);
      expect(watch.watched).toBe(0);
    },
  );

  it('that ends: there is no sign of life while nothing works, so that the backstop takes over', async () => {
    leases.open(1);
    await pass(LEASE);
    const signs = leases.signs;
    await pass(5000, () => (leases.failing = 'expire'));
    expect(leases.signs - signs).toBeLessThan(3);
    leases.failing = null;
    await pass(1000);
    expect(endedNos()).toEqual([1]);
  });
});

describe('the brake (D10)', () => {
  it('holds a sudden wave back once, reports it, and lets it go at the deadline that applies then', async () => {
    for (let no = 1; no <= 60; no++) leases.open(no);
    await pass(LEASE + LATEST);
    expect([endedNos(), leases.heldBack, leases.told]).toEqual([[], 1, [60]]);
    await pass(76_500);
    expect(endedNos()).toHaveLength(60);
    expect(leases.told).toEqual([60]);
    expect(leases.ended.every(({ late }) => late <= LATEST)).toBe(true);
  });

  it('lets those who beat meanwhile live', async () => {
    for (let no = 1; no <= 60; no++) leases.open(no);
    await pass(LEASE + LATEST);
    for (let no = 1; no <= 50; no++) leases.beat(no);
    await pass(76_500);
    expect(endedNos()).toEqual([51, 52, 53, 54, 55, 56, 57, 58, 59, 60]);
  });

  it('is not pulled by people who signed out, however many (mass sign-out)', async () => {
    for (let no = 1; no <= 1000; no++) leases.open(no);
    await pass(1000);
    for (const row of leases.rows.values()) row.signedOut = true;
    await pass(LEASE + LATEST);
    expect([endedNos().length, leases.heldBack]).toEqual([1000, 0]);
  });

  it('is not pulled by the few of a small account, nor by a small share of a great one', async () => {
    for (let no = 1; no <= 50; no++) leases.open(no);
    for (let no = 51; no <= 600; no++) leases.open(no, 400_000);
    for (let no = 601; no <= 1200; no++) leases.open(no, 600_000 + no * 1000);
    await pass(LEASE + LATEST);
    expect(endedNos()).toHaveLength(50);
    expect(leases.heldBack).toBe(0);
  });

  it('is not pulled by five leases that cannot be ended for minutes', async () => {
    for (let no = 1; no <= 5; no++) leases.open(no);
    leases.blind = true;
    await pass(LEASE + 300_000);
    expect(leases.heldBack).toBe(0);
  });

  it('two watches see one wave, although each ends only a part of it', async () => {
    const other = new LeaseWatch(leases.ports());
    for (let no = 1; no <= 60; no++) leases.open(no, LEASE + no * 100);
    let turn = 0;
    await pass(LEASE + 6000 + LATEST, () => undefined, []);
    leases.hour.set(at('12:00:00'));
    leases.steady.set(5_000);
    for (let passed = 0; passed < LEASE + 6000 + LATEST; passed += 250) {
      leases.hour.advance(250);
      leases.steady.advance(250);
      turn += 1;
      const pair = turn % 2 === 0 ? [watch, other] : [other, watch];
      for (const one of pair) await one.look();
    }
    expect([leases.heldBack, leases.told.length]).toEqual([1, 1]);
  });
});

describe('a great many at once', () => {
  it('are ended part by part, with signs of life in between, so that nobody takes over', async () => {
    for (let no = 1; no <= 10_000; no++) leases.open(no);
    for (const row of leases.rows.values()) row.signedOut = true;
    await pass(LEASE);
    const ports = leases.ports();
    let longest = 0;
    let last = leases.steady.now();
    const slow = new LeaseWatch({
      ...ports,
      expire: async (nos) => {
        leases.steady.advance(250); // Postgres at work
        leases.hour.advance(250);
        return ports.expire(nos);
      },
      noteKeeper: () => {
        longest = Math.max(longest, leases.steady.now() - last);
        last = leases.steady.now();
        return ports.noteKeeper();
      },
    });
    await pass(LATEST, () => undefined, [slow]);
    expect(endedNos()).toHaveLength(10_000);
    expect(longest).toBeLessThan(2000);
  });
});
