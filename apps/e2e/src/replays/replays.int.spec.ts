import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReplayView } from '#contract';
import { eventually } from '#testing';
import { replay } from '#apps/workbench/src/replay';
import { Doors, type Home, PLATFORM } from '../doors/doors.fixture.js';

const REPLAYS = '/admin/v1/replays';

let doors: Doors;
let home: Home;
let ids: Record<string, string>;
beforeAll(async () => {
  doors = await Doors.open({ env: { AMPEL_VERIFY_SECONDS: '1', AMPEL_VERIFY_PERCENT: '50' } });
  home = await doors.addTenant('replayed');
  ids = await home.furnish();
  await (await doors.addTenant('neighbour')).furnish();
  const { accessToken: token } = await home.openSession(ids['agentId'] ?? '');
  for (const status of ['online', 'busy', 'online']) await doors.ask('PUT', '/agent/v1/status', { token, body: { status } });
});
afterAll(() => doors?.close());

const show = (id: string): Promise<ReplayView> => doors.did('GET', `${REPLAYS}/${id}`);

/** Asks for a replay and waits for its end. */
async function replayed(body: object): Promise<ReplayView> {
  const asked: ReplayView = await doors.did('POST', REPLAYS, body);
  return ended(asked.id);
}

function ended(id: string): Promise<ReplayView> {
  return eventually(
    async () => {
      const run = await show(id);
      if (run.state === 'queued' || run.state === 'running') throw new Error(`it is ${run.state}, ${run.processed} of ${run.total}`);
      return run;
    },
    { within: 20_000 },
  );
}

/** Waits until the projector has folded everything there is. */
async function quiet(): Promise<void> {
  const behind = 'SELECT FROM store.partition_head h JOIN read.checkpoint c USING (partition) WHERE h.pos <> c.position';
  await eventually(async () => expect((await doors.admin.query(behind)).rowCount).toBe(0), { within: 15_000 });
}

/** Writes what only an administrator can. */
const falsify = (text: string, values: unknown[] = []) => doors.admin.query(text, values);

describe('a replay that verifies', () => {
  it('finds no difference, and says which log it has read: anybody can make the same hash in SQL', async () => {
    await quiet();
    const run = await replayed({ mode: 'verify' });
    const { rows: parts } = await doors.admin.query<{ partition: number; position: string; line: string }>(`
      SELECT partition, max(pos)::text AS position, partition || E'\\t' || max(pos) || E'\\t' || encode(sha256(convert_to(string_agg(
        concat_ws(E'\\t', pos, tenant_id, stream_id, version, type, schema_version, event_id, command_id, coalesce(causation_id, ''), correlation_id,
          actor_kind, actor_id, floor(extract(epoch FROM effective_at) * 1000)::bigint, floor(extract(epoch FROM recorded_at) * 1000)::bigint, data)
          || E'\\n', '' ORDER BY pos), 'UTF8')), 'hex') || E'\\n' AS line
      FROM store.event GROUP BY partition ORDER BY partition`);
    const events = parts.reduce((all, { position }) => all + Number(position), 0);
    expect(run).toEqual({
      ...{ id: expect.any(String), state: 'done', processed: events, total: events, drift: 0, shownDrift: 0, position: events, differences: [], shownDifferences: [] },
      hash: createHash('sha256').update(parts.map(({ line }) => line).join('')).digest('hex'),
      ...{ mode: 'verify', tenantId: null, fault: null, requestedAt: expect.any(String), finishedAt: expect.any(String) },
    });
    expect(parts.length).toBeGreaterThanOrEqual(1);
    expect((await replayed({ mode: 'verify' })).hash).toBe(run.hash);
  });

  it('reads one tenant alone', async () => {
    const run = await replayed({ mode: 'verify', tenantId: home.id });
    const { rows } = await doors.admin.query<{ events: string; position: string }>(
      'SELECT count(*)::text AS events, (SELECT position::text FROM read.checkpoint WHERE partition = $2) AS position FROM store.event WHERE tenant_id = $1',
      [home.id, home.partition],
    );
    expect(run).toMatchObject({ state: 'done', tenantId: home.id, drift: 0, processed: Number(rows[0]?.events), position: Number(rows[0]?.position) });
  });
});

describe('rows that were falsified by SQL', () => {
  const FALSE: readonly [string, string, (id: Record<string, string>) => unknown[]][] = [
    ['box', `UPDATE read.box SET status = 'busy', since = since - interval '1 h' WHERE site_id = $1 AND group_id = ''`, ({ siteId }) => [siteId]],
    ['box', `DELETE FROM read.box WHERE site_id = $1 AND group_id = $2`, ({ siteId, groupId }) => [siteId, groupId]],
    ['agent', `UPDATE read.agent SET state = jsonb_set(state, '{intent,status}', '"offline"') WHERE agent_id = $1`, ({ agentId }) => [agentId]],
    ['tenant', `UPDATE read.tenant SET state = jsonb_set(state, '{plan}', '"free"') WHERE tenant_id = $1`, ({ tenantId }) => [tenantId]],
    ['tenant_group', `UPDATE read.tenant_group SET added_at = '2020-01-01Z' WHERE group_id = $1`, ({ groupId }) => [groupId]],
    ['site', `UPDATE read.site SET version = version - 1 WHERE site_id = $1`, ({ siteId }) => [siteId]],
    ['agent_interval', `UPDATE read.agent_interval SET from_at = from_at - interval '1 s' WHERE agent_id = $1 AND to_at IS NULL`, ({ agentId }) => [agentId]],
    [
      'agent_interval',
      `DELETE FROM read.agent_interval WHERE agent_id = $1 AND position = (SELECT min(position) FROM read.agent_interval WHERE agent_id = $1)`,
      ({ agentId }) => [agentId],
    ],
    [
      'box',
      `INSERT INTO read.box SELECT tenant_id, site_id, 'made-up', status, since, version, next_at, next_status, removed FROM read.box WHERE site_id = $1 AND group_id = ''`,
      ({ siteId }) => [siteId],
    ],
  ];

  it('are found one by one, told with what the log says, and healed by a rebuild', async () => {
    await quiet();
    const before = await dump();
    for (const [, sql, values] of FALSE) expect((await falsify(sql, values(ids))).rowCount).toBe(1);
    const found = await replayed({ mode: 'verify', tenantId: home.id });
    expect(found.drift).toBe(FALSE.length);
    expect(found.differences.map(({ table }) => table).sort()).toEqual(FALSE.map(([table]) => table).sort());
    const box = found.differences.find(({ key }) => key['site_id'] === ids['siteId'] && key['group_id'] === '');
    expect(box).toMatchObject({ table: 'box', tenantId: home.id, kind: 'differs', actual: { status: 'busy' } });
    expect(Object.keys(box?.expected ?? {}).sort()).toEqual(['since', 'status']);
    expect(found.differences.find(({ kind }) => kind === 'extra')?.key).toEqual({ site_id: ids['siteId'], group_id: 'made-up' });

    const healed = await replayed({ mode: 'rebuild' });
    expect(healed).toMatchObject({ state: 'done', drift: FALSE.length });
    expect(await dump()).toEqual(before);
    expect((await replayed({ mode: 'verify' })).drift).toBe(0);
  });

  it('are healed also where a projector has folded on from them: it reads the rows anew', async () => {
    const { accessToken: token } = await home.openSession(ids['agentId'] ?? '');
    await doors.did('PUT', '/agent/v1/status', { status: 'offline' }, token);
    await quiet();
    // Another process took the partition over meanwhile, and read what is wrong.
    await falsify(`UPDATE read.agent SET state = jsonb_set(state, '{intent,status}', '"busy"') WHERE agent_id = $1`, [ids['agentId']]);
    await falsify('UPDATE read.checkpoint SET rebuilt = rebuilt + 1 WHERE partition = $1', [home.partition]);
    const other = await home.addAgent('somebody', { groupIds: [ids['groupId']] });
    await doors.ask('PUT', '/agent/v1/status', { token: (await home.openSession(other)).accessToken, body: { status: 'online' } });
    await quiet();
    expect((await replayed({ mode: 'rebuild', tenantId: home.id })).drift).toBeGreaterThan(0);
    await doors.did('PUT', '/agent/v1/status', { status: 'online' }, token);
    await quiet();
    // What visitors saw meanwhile they have seen.
    expect(await replayed({ mode: 'verify' })).toMatchObject({ state: 'done', drift: 0, differences: [] });
  });

  it('of the shown log are told and stay: it is evidence', async () => {
    await quiet();
    const before = (await replayed({ mode: 'verify', tenantId: home.id })).shownDrift;
    await falsify('ALTER TABLE read.shown DISABLE TRIGGER shown_is_append_only');
    await falsify(`UPDATE read.shown SET reason = 'made up' WHERE (partition, seq) = ($1, 1)`, [home.partition]);
    await falsify('ALTER TABLE read.shown ENABLE TRIGGER shown_is_append_only');
    for (const mode of ['rebuild', 'verify']) {
      const run = await replayed({ mode, tenantId: home.id });
      expect(run).toMatchObject({ drift: 0, shownDrift: before + 1 });
      expect(run.shownDifferences).toContainEqual(expect.objectContaining({ table: 'shown', kind: 'differs', actual: { reason: 'made up' } }));
    }
  });
});

describe('a replay under traffic', () => {
  it('says 0, and a rebuild loses nothing', async () => {
    const { accessToken: token } = await home.openSession(ids['agentId'] ?? '');
    let going = true;
    let clicks = 0;
    const traffic = (async () => {
      while (going) {
        await doors.did('PUT', '/agent/v1/status', { status: clicks % 2 === 0 ? 'busy' : 'online' }, token);
        clicks += 1;
      }
    })();
    try {
      await eventually(() => expect(clicks).toBeGreaterThan(3));
      for (const mode of ['verify', 'rebuild']) expect(await replayed({ mode })).toMatchObject({ state: 'done', drift: 0 });
      await falsify(`UPDATE read.box SET since = '2020-01-01Z' WHERE site_id = $1 AND group_id = $2`, [ids['siteId'], ids['groupId']]);
      expect((await replayed({ mode: 'rebuild', tenantId: home.id })).state).toBe('done');
      expect(await replayed({ mode: 'verify' })).toMatchObject({ state: 'done', drift: 0 });
    } finally {
      going = false;
      await traffic;
    }
    await quiet();
    const { status } = await doors.did('GET', `${home.path}/agents/${ids['agentId']}`);
    expect(status).toBe(clicks % 2 === 0 ? 'online' : 'busy');
    expect((await replayed({ mode: 'verify' })).drift).toBe(0);
  });
});

describe('the door', () => {
  it('takes one wish under one key once', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await doors.ask('POST', REPLAYS, { token: PLATFORM, headers, body: { mode: 'verify' } });
    expect(first.status).toBe(202);
    await ended(first.body.id as string);
    expect((await doors.ask('POST', REPLAYS, { token: PLATFORM, headers, body: { mode: 'verify' } })).body.id).toBe(first.body.id);
    const other = await doors.ask('POST', REPLAYS, { token: PLATFORM, headers, body: { mode: 'rebuild' } });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it('refuses unknown tenants and runs, and words it does not know', async () => {
    expect((await doors.ask('POST', REPLAYS, { token: PLATFORM, body: { mode: 'verify', tenantId: 'nobody' } })).status).toBe(404);
    expect((await doors.ask('POST', REPLAYS, { token: PLATFORM, body: { mode: 'guess' } })).status).toBe(422);
    for (const [method, path] of [['GET', 'nothing'], ['POST', 'nothing/cancel']]) {
      expect((await doors.ask(method ?? '', `${REPLAYS}/${path}`, { token: PLATFORM })).status).toBe(404);
    }
  });

  it('lists the newest first, and cancels what has not ended', async () => {
    // A run of another process keeps ours waiting.
    await falsify(`INSERT INTO replay.run (replay_id, mode, state, worker, seen_at) VALUES ('other', 'verify', 'running', 'other', now() + interval '1 h')`);
    const waiting: ReplayView = await doors.did('POST', REPLAYS, { mode: 'verify' });
    const { replays }: { replays: ReplayView[] } = await doors.did('GET', `${REPLAYS}?limit=2`);
    expect(replays.map(({ id }) => id)).toEqual(['other', waiting.id]);
    expect(await doors.did('POST', `${REPLAYS}/${waiting.id}/cancel`)).toMatchObject({ state: 'cancelled', hash: null });
    expect(await show(waiting.id)).toMatchObject({ state: 'cancelled', processed: 0 });
    expect(await doors.did('POST', `${REPLAYS}/other/cancel`)).toMatchObject({ state: 'cancelled' });
  });

  it('goes on with a run that was cancelled or has failed, behind what it had finished; one that is done stays done', async () => {
    await quiet();
    const whole = await replayed({ mode: 'verify' });
    expect(await doors.did('POST', `${REPLAYS}/${whole.id}/resume`)).toEqual(whole);
    const kept = { partition: home.partition, position: 1, events: 1, hash: 'f'.repeat(64), drift: 0 };
    for (const state of ['cancelled', 'failed']) {
      await falsify(`INSERT INTO replay.run (replay_id, mode, state, finished_at, fault) VALUES ($1, 'verify', $1, now(), 'it was interrupted')`, [state]);
      await falsify('INSERT INTO replay.part (replay_id, partition, position, events, hash, drift, shown_drift) VALUES ($6, $1, $2, $3, $4, $5, 0)', [
        ...[...Object.values(kept), state],
      ]);
      expect(await doors.did('POST', `${REPLAYS}/${state}/resume`)).toMatchObject({ fault: null, finishedAt: null });
      const run = await ended(state);
      const { rows } = await doors.admin.query<{ position: string }>('SELECT position::text FROM read.checkpoint WHERE partition = $1', [home.partition]);
      expect(run).toMatchObject({ state: 'done', drift: 0, processed: whole.processed - Number(rows[0]?.position) + 1 });
    }
  });

  it('goes on with a run that a dead process has left, behind what that one had finished', async () => {
    await quiet();
    const whole = await replayed({ mode: 'verify' });
    const kept = { partition: home.partition, position: 1, events: 1, hash: 'f'.repeat(64), drift: 0 };
    await falsify(`INSERT INTO replay.run (replay_id, mode, state, worker, seen_at) VALUES ('left', 'verify', 'running', 'dead', now() - interval '1 h')`);
    await falsify(`INSERT INTO replay.part (replay_id, partition, position, events, hash, drift, shown_drift) VALUES ('left', $1, $2, $3, $4, $5, 0)`, Object.values(kept));
    const run = await ended('left');
    const { rows } = await doors.admin.query<{ position: string }>('SELECT position::text FROM read.checkpoint WHERE partition = $1', [home.partition]);
    expect(run).toMatchObject({ state: 'done', drift: 0, processed: whole.processed - Number(rows[0]?.position) + 1 });
  });
});

describe('a tenant’s own replays', () => {
  const own = (): string => `${home.path}/replays`;
  const by = (token: string) => async (method: string, path: string, body?: object) => {
    const { status, body: answer } = await doors.ask(method, `${own()}${path}`, { token, ...(body ? { body } : {}) });
    return { status, ...(answer as Partial<ReplayView> & { code?: string; replays?: ReplayView[] }) };
  };

  it('an auditor has it verified and sees what differs; a manager has it healed; the neighbour sees nothing of it', async () => {
    await quiet();
    const [auditor, manager] = [by((await home.addKey('auditor')).key), by((await home.addKey('manager')).key)];
    await falsify(`UPDATE read.box SET since = '2020-01-01Z' WHERE site_id = $1 AND group_id = ''`, [ids['siteId']]);
    const { status, id = '' } = await auditor('POST', '', { mode: 'verify' });
    expect(status).toBe(202);
    await ended(id);
    expect(await auditor('GET', `/${id}`)).toMatchObject({ state: 'done', drift: 1, tenantId: home.id, differences: [{ table: 'box' }] });
    expect(await auditor('POST', '', { mode: 'rebuild' })).toMatchObject({ status: 403, code: 'forbidden' });
    const rebuild = await manager('POST', '', { mode: 'rebuild' });
    expect(await ended(rebuild.id ?? '')).toMatchObject({ state: 'done', drift: 1 });
    expect((await auditor('GET', '?limit=2')).replays?.map(({ mode }) => mode)).toEqual(['rebuild', 'verify']);
    const other = await doors.addTenant('stranger');
    for (const path of ['', '/cancel', '/resume']) {
      const { status: foreign } = await doors.ask(path === '' ? 'GET' : 'POST', `${other.path}/replays/${id}${path}`, { token: PLATFORM });
      expect(foreign).toBe(404);
    }
    expect((await doors.did('GET', `${other.path}/replays`)).replays).toEqual([]);
  });

  it('go one at a time, are cancelled and go on', async () => {
    await quiet();
    const manager = by((await home.addKey('manager')).key);
    await falsify(`INSERT INTO replay.run (replay_id, mode, state, worker, seen_at) VALUES ('before', 'verify', 'running', 'other', now() + interval '1 h')`);
    const { id = '' } = await manager('POST', '', { mode: 'verify' });
    expect(await manager('POST', '', { mode: 'verify' })).toMatchObject({ status: 409, code: 'replay-under-way' });
    expect(await manager('POST', `/${id}/cancel`)).toMatchObject({ status: 200, state: 'cancelled' });
    const next = await manager('POST', '', { mode: 'verify' });
    expect(next.status).toBe(202);
    expect(await manager('POST', `/${id}/resume`)).toMatchObject({ status: 409, code: 'replay-under-way' });
    await doors.did('POST', `${REPLAYS}/before/cancel`);
    await ended(next.id ?? '');
    expect(await manager('POST', `/${id}/resume`)).toMatchObject({ status: 200, finishedAt: null });
    expect(await ended(id)).toMatchObject({ state: 'done', drift: 0 });
  });
});

describe('npm run replay', () => {
  const said: string[] = [];
  const ran = (args: string[], stop = new AbortController().signal): Promise<number> => {
    said.length = 0;
    return replay(args, { find: () => ({ url: doors.service.url, token: PLATFORM }), out: { write: (text) => said.push(text), isTTY: true }, stop });
  };

  it('ends with 0 if all is as the log says, and with 1 if not; a rebuild heals', async () => {
    await quiet();
    expect(await ran(['--verify', '--tenant', home.id])).toBe(0);
    expect(said.join('')).toContain('What is shown is what the log says.');
    expect(said.join('')).toMatch(/#{24} {2}100 %/);
    await falsify(`UPDATE read.box SET since = '2020-01-01Z' WHERE site_id = $1 AND group_id = ''`, [ids['siteId']]);
    expect(await ran(['--verify', '--tenant', home.id])).toBe(1);
    expect(said.join('')).toMatch(/box .* differs: .*\n.*\n1 rows differ/s);
    expect(await ran(['--rebuild', '--tenant', home.id])).toBe(0);
    const last = /replay (\S+)/.exec(said.join(''))?.[1] ?? '';
    expect(await ran(['--resume', last])).toBe(0);
    expect(said.join('')).toContain('1 rows differed and are now as the log says.');
  });

  it('goes on with what was cancelled', async () => {
    await falsify(`INSERT INTO replay.run (replay_id, mode, state, finished_at) VALUES ('stopped', 'verify', 'cancelled', now())`);
    expect(await ran(['--resume', 'stopped'])).toBe(0);
    expect(said.join('')).toContain('What is shown is what the log says.');
  });

  it('cancels at Ctrl-C, explains itself, and says what it does not understand', async () => {
    await falsify(`INSERT INTO replay.run (replay_id, mode, state, worker, seen_at) VALUES ('first', 'verify', 'running', 'other', now() + interval '1 h')`);
    expect(await ran(['--verify'], AbortSignal.timeout(300))).toBe(130);
    await doors.did('POST', `${REPLAYS}/first/cancel`);
    expect(await ran(['--help'])).toBe(0);
    expect(await ran(['--guess'])).toBe(64);
    expect(await ran(['--verify', '--rebuild'])).toBe(64);
    expect(await ran(['--verify', '--tenant', 'nobody'])).toBe(69);
  });
});

describe('the verification in the background', () => {
  it('tells of a falsified row to the platform, and to the tenant of its own alone', async () => {
    const tenant = (): Promise<{ drift: number; differences: unknown[]; verifiedAt: string | null }> => doors.did('GET', `${home.path}/verification`);
    await eventually(async () => expect(await tenant()).toMatchObject({ drift: 0, verifiedAt: expect.any(String) }), { within: 15_000 });
    await falsify(`UPDATE read.box SET status = 'busy' WHERE site_id = $1 AND group_id = ''`, [ids['siteId']]);
    await eventually(async () => expect(await tenant()).toMatchObject({ drift: 1, differences: [{ table: 'box' }] }), { within: 15_000 });
    expect(await doors.did('GET', '/admin/v1/verification')).toMatchObject({ drift: 1, differences: [{ tenantId: home.id }] });
    const metrics = await doors.ask('GET', '/metrics');
    expect(metrics.text).toContain(`ampel_read_model_drift_rows{partition="${home.partition}"} 1`);
    await replayed({ mode: 'rebuild' });
    // A pass that had looked before the rebuild may tell what it saw after it.
    await eventually(async () => expect(await tenant()).toMatchObject({ drift: 0, differences: [] }), { within: 15_000 });
  });
});

/** All rows that a rebuild may write. */
async function dump(): Promise<unknown> {
  const tables = ['tenant', 'agent', 'tenant_group', 'site', 'box', 'agent_interval'];
  return Promise.all(tables.map(async (table) => (await doors.admin.query(`SELECT * FROM read.${table} ORDER BY 1, 2, 3`)).rows));
}
