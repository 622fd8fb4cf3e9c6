import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { GroupView, SiteView } from '#contract';
import { eventually, sharedAmpel } from '#testing';
import { type Device, type StoredFact, Tenant } from './client/index.js';

type ViewedFact = Omit<StoredFact, 'effectiveAt' | 'recordedAt'> & { partition: number; effectiveAt: Date; recordedAt: Date };

/** A story with every kind of fact, then looked at from all sides: API, views for analysts, widgets. */
describe('the log and what is made of it (behaviour, cases 52 and 53; targets I1 to I5)', () => {
  const ampel = sharedAmpel();
  const sql = new pg.Pool({ connectionString: ampel.databaseUrl, max: 2 });
  let tenant: Tenant;
  let site: SiteView;
  let groups: GroupView[];

  beforeAll(async () => {
    tenant = await Tenant.add(ampel);
    site = await tenant.addSite();
    groups = [await tenant.addGroup('DE'), await tenant.addGroup('EN'), await tenant.addGroup('FR')];
    const [de, en, fr] = groups as [GroupView, GroupView, GroupView];
    const [a, b] = [await tenant.addAgent([de]), await tenant.addAgent([de, en])];
    const devices: Device[] = [await a.present('online'), await b.present('busy')];
    await a.putIntoGroups([en.id]);
    await b.forceOffline('lunch');
    await tenant.admin('PATCH', `/groups/${en.id}`, { enabled: false });
    await tenant.admin('DELETE', `/groups/${fr.id}`);
    await devices[1]?.click('online');
    await devices[0]?.signOut();
  });
  afterAll(async () => {
    tenant.close();
    await sql.end();
  });

  /** The rows of the view, as the API tells events. */
  async function viewed(): Promise<ViewedFact[]> {
    const { rows } = await sql.query<ViewedFact>(
      `SELECT event_id AS id, type, position::int, partition, stream_id AS "streamId", version::int, actor, data,
         effective_at AS "effectiveAt", recorded_at AS "recordedAt" FROM api.events_v1 WHERE tenant_id = $1 ORDER BY position`,
      [tenant.id],
    );
    return rows;
  }

  it('the API and the view for analysts tell the same events in the same order', async () => {
    const told = await tenant.events();
    const rows = (await viewed()).map(({ partition: _partition, effectiveAt, recordedAt, ...row }) => ({
      ...row,
      effectiveAt: effectiveAt.toISOString(),
      recordedAt: recordedAt.toISOString(),
    }));
    expect(told.length).toBeGreaterThan(12);
    expect(told).toEqual(rows);
  });

  it('the positions of a partition are dense, and recorded in that order', async () => {
    const [first] = await viewed();
    const { rows } = await sql.query<{ position: string; recorded_at: Date }>(
      'SELECT position, recorded_at FROM api.events_v1 WHERE partition = $1 ORDER BY position',
      [first?.partition],
    );
    expect(rows.map(({ position }) => Number(position))).toEqual(rows.map((_, i) => i + 1));
    const times = rows.map(({ recorded_at: at }) => at.getTime());
    expect(times).toEqual([...times].sort((x, y) => x - y));
  });

  it('the versions of every stream have no gap, and every event its own id', async () => {
    const facts = await tenant.events();
    for (const streamId of new Set(facts.map((fact) => fact.streamId))) {
      const versions = facts.filter((fact) => fact.streamId === streamId).map(({ version }) => version);
      expect({ streamId, versions }).toEqual({ streamId, versions: versions.map((_, i) => i + 1) });
    }
    expect(new Set(facts.map(({ id }) => id)).size).toBe(facts.length);
  });

  it('no event holds personal data', async () => {
    const text = JSON.stringify(await tenant.events());
    expect(text).not.toContain('@example.com');
    expect(text).not.toContain('a-password-of-the-specs');
  });

  it('nobody can change or delete an event, not even the administrator by mistake', async () => {
    const { rows } = await sql.query<{ table: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS "table" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relname = 'event' AND c.relkind IN ('r', 'p')`,
    );
    const table = rows[0]?.table ?? '';
    await expect(sql.query(`DELETE FROM ${table} WHERE tenant_id = $1`, [tenant.id])).rejects.toThrow();
    await expect(sql.query(`UPDATE ${table} SET type = 'Forged' WHERE tenant_id = $1`, [tenant.id])).rejects.toThrow();
  });

  it('the view of statuses equals what the widgets are told', async () => {
    const wanted = await Promise.all(
      [undefined, ...groups].map(async (group) => {
        const { status, version, since, group: found } = await tenant.widget(site, group).status();
        return found?.found === false ? [] : [{ group_id: group?.id ?? null, status, version, since }];
      }),
    );
    await eventually(async () => {
      const { rows } = await sql.query<{ group_id: string | null; status: string; version: string; since: Date }>(
        'SELECT group_id, status, version, since FROM api.site_status_v1 WHERE tenant_id = $1 AND site_id = $2',
        [tenant.id, site.id],
      );
      const seen = rows.map((row) => ({ ...row, version: Number(row.version), since: row.since.toISOString() }));
      expect(byGroup(seen)).toEqual(byGroup(wanted.flat()));
    });
  });

  it('the admin sees the same statuses with their reasons', async () => {
    for (const group of [undefined, ...groups.slice(0, 2)]) {
      const { status, since, version } = await tenant.widget(site, group).status();
      const explained = await tenant.admin('GET', `/sites/${site.id}/status${group ? `?group=${group.id}` : ''}`);
      expect(explained).toMatchObject({ status, since, version, next: null });
    }
  });

  it('what was shown is told interval by interval, without gaps, up to what is shown now', async () => {
    const { intervals } = await tenant.history(`siteId=${site.id}`);
    expect(intervals.length).toBeGreaterThan(1);
    intervals.forEach(({ from }, i) => {
      if (i > 0) expect(intervals[i - 1]?.to).toBe(from);
    });
    const now = await tenant.widget(site).status();
    expect(intervals.at(-1)).toMatchObject({ status: now.status, to: null });
  });
});

function byGroup<T extends { group_id: string | null }>(rows: T[]): T[] {
  return [...rows].sort((a, b) => (a.group_id ?? '').localeCompare(b.group_id ?? ''));
}
