import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BoxFact, BoxStory } from '#testing';
import { type AgentEvent, agentFold, evolve, logIn, type Status, STATUSES } from '../agent-presence/index.js';
import type { Plan, Site } from '../tenant-settings/index.js';
import { AGENTS, GROUPS, live, SITES, type Wish, wishes } from './any-history.fixture.js';
import { explainBox } from './explain.js';
import { nextChanges } from './next-change.js';
import { previewStatus } from './preview.js';
import { audienceOf, emptyTenantBoxes, groupExists, recount, SITE_ITSELF, statusOf, type TenantBoxes } from './tenant-boxes.js';

/** The definition, straight from the help page: looks at everybody, every time. */
function naiveStatus({ tenant, agents, groups }: TenantBoxes, site: Site, ofGroup: string | null): Status {
  const present = [...agents.values()].filter((a) => a.standing === 'active' && a.sessions.length > 0);
  const plain = ofGroup === null || tenant.plan !== ('pro' satisfies Plan);
  if (!plain && groups.get(ofGroup)?.enabled === false) return 'offline';
  const mode = site.mode?.mode ?? 'agents-and-hours';
  if (mode.startsWith('force-')) return mode === 'force-online' ? 'online' : 'offline';
  const hours = tenant.plan === 'pro' && mode !== 'agents' ? (site.openings?.[ofGroup ?? ''] ?? site.openings?.['']) : undefined;
  if (hours?.open === false) return 'offline';
  if (mode === 'hours') return 'online';
  const counts = present.filter((a) => {
    const own = a.groupIds.filter((id) => groups.get(id)?.standing === 'present');
    return plain || own.length === 0 || own.includes(ofGroup);
  });
  return STATUSES.find((status) => counts.some((a) => a.intent.status === status)) ?? 'offline';
}

const presentSites = (boxes: TenantBoxes): Site[] => [...boxes.sites.values()].map(({ site }) => site).filter((site) => site.standing === 'present');

const scopes = (boxes: TenantBoxes): (string | null)[] => [null, ...GROUPS.filter((id) => groupExists(boxes, id))];

/** What the rows keep of a tenant and give back: no tallies, nothing that was removed. */
function throughRows(boxes: TenantBoxes): TenantBoxes {
  const copy = emptyTenantBoxes();
  copy.tenant = JSON.parse(JSON.stringify(boxes.tenant));
  for (const a of boxes.agents.values()) if (a.standing !== 'removed') copy.agents.set(a.agentId, JSON.parse(JSON.stringify(a)));
  for (const g of boxes.groups.values()) if (g.standing !== 'removed') copy.groups.set(g.groupId, JSON.parse(JSON.stringify(g)));
  for (const [id, { site, version, boxes: all }] of boxes.sites) {
    if (site.standing === 'removed') continue;
    copy.sites.set(id, { site: JSON.parse(JSON.stringify(site)), version, boxes: new Map([...all].filter(([, box]) => !box.removed)) });
  }
  recount(copy);
  return copy;
}

const check = (property: (wished: Wish[]) => void): void => fc.assert(fc.property(wishes, property), { numRuns: 300 });

describe('for any history', () => {
  it('the boxes show what the naive definition gives, after every single fact', () => {
    check((wished) => {
      const story = new BoxStory();
      live(story, wished, (fact) => {
        story.tell(fact);
        for (const { site, boxes } of story.boxes.sites.values()) {
          if (site.standing !== 'present') continue;
          for (const scope of scopes(story.boxes)) expect(boxes.get(scope ?? SITE_ITSELF)?.status).toBe(naiveStatus(story.boxes, site, scope));
        }
      });
    });
  });

  it('the boxes show, and announce, what looking at every box anew gives: a fact that no box can see is rightly not looked at', () => {
    check((wished) => {
      const story = new BoxStory();
      live(story, wished, (fact) => {
        story.tell(fact);
        for (const { site, boxes } of story.boxes.sites.values()) {
          if (site.standing !== 'present') continue;
          const anew = scopes(story.boxes).map((scope) => ({ id: scope ?? SITE_ITSELF, status: statusOf(story.boxes, site, scope) }));
          const known = nextChanges(story.boxes, site, anew);
          const shown = anew.map(({ id }) => ({ id, status: boxes.get(id)?.status, next: boxes.get(id)?.next }));
          expect(shown).toEqual(anew.map((scope) => ({ ...scope, next: known.get(scope.id) ?? null })));
        }
      });
    });
  });

  it('the tallies that move with every fact equal a recount from scratch', () => {
    check((wished) => {
      const story = new BoxStory();
      live(story, wished, (fact) => story.tell(fact));
      const nobody = { online: 0, busy: 0 };
      const tallied = () => [null, ...GROUPS].map((id) => [audienceOf(story.boxes, id), story.boxes.tallies.byGroup.get(id ?? '') ?? nobody]);
      const counted = tallied();
      recount(story.boxes);
      expect(tallied()).toEqual(counted);
    });
  });

  it('a preview says exactly what doing it changes', () => {
    check((wished) => {
      const story = new BoxStory();
      live(story, wished, (fact) => story.tell(fact));
      for (const agent of story.boxes.agents.values()) {
        if (agent.standing !== 'active' || agent.sessions.length === 0) continue;
        for (const status of STATUSES) {
          const seen = (boxes: TenantBoxes) => presentSites(boxes).map((site) => scopes(boxes).map((scope) => statusOf(boxes, site, scope)));
          const before = seen(story.boxes);
          const preview = previewStatus(story.boxes, agent.agentId, status);
          const done = new BoxStory();
          Object.assign(done, { boxes: throughRows(story.boxes) });
          done.tell({
            type: 'StatusChanged',
            data: { agentId: agent.agentId, from: agent.intent.status, to: status, statusVersion: 9, cause: 'agent' },
          });
          const after = seen(done.boxes);
          const really = presentSites(story.boxes).flatMap(({ siteId }, s) =>
            scopes(story.boxes).flatMap((scope, i) => {
              const [from, to] = [before[s]?.[i], after[s]?.[i]];
              return from === to ? [] : [scope === null ? { scope: 'site', id: siteId, from, to } : { scope: 'group', id: scope, from, to }];
            }),
          );
          // A group is told once, however many sites show it.
          const told = [...new Map(really.map((change) => [change.id, change])).values()];
          const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
          expect([...preview].sort(byId)).toEqual([...told].sort(byId));
        }
      }
    });
  });

  it('a fold that was put down in rows and taken up again goes on as if nothing had been', () => {
    fc.assert(
      fc.property(wishes, fc.nat(80), (wished, cut) => {
        const whole = new BoxStory();
        const facts: { fact: BoxFact; changes: unknown }[] = [];
        live(whole, wished, (fact) => facts.push({ fact, changes: whole.tell(fact) }));
        const resumed = new BoxStory();
        const changes = facts.map(({ fact }, i) => {
          if (i === cut) Object.assign(resumed, { boxes: throughRows(resumed.boxes) });
          return resumed.tell(fact);
        });
        expect(changes).toEqual(facts.map((f) => f.changes));
      }),
      { numRuns: 300 },
    );
  });

  it('the version of a site steps by one per fact that changes one of its boxes', () => {
    check((wished) => {
      const story = new BoxStory();
      live(story, wished, (fact) => {
        const before = new Map(SITES.map((id) => [id, story.version(id)]));
        const changes = story.tell(fact);
        for (const id of SITES) {
          const mine = changes.filter((change) => change.siteId === id);
          expect(story.version(id)).toBe((before.get(id) ?? 0) + (mine.length > 0 ? 1 : 0));
          for (const { box } of mine) expect(box.version).toBe(story.version(id));
        }
      });
    });
  });

  it('an explanation gives the status shown, and its smallest change opens the box', () => {
    check((wished) => {
      const story = new BoxStory();
      live(story, wished, (fact) => story.tell(fact));
      for (const site of presentSites(story.boxes)) for (const scope of scopes(story.boxes)) {
        const { status, reasons, wouldOpen } = explainBox(story.boxes, site, scope);
        expect(status).toBe(naiveStatus(story.boxes, site, scope));
        expect(reasons.filter((reason) => reason.decides && reason.rule !== 'plan')).toHaveLength(1);
        expect(wouldOpen === undefined).toBe(status !== 'offline');
        if (wouldOpen?.change !== 'sign-in' && wouldOpen?.change !== 'go-online') continue;
        const opened = new BoxStory();
        Object.assign(opened, { boxes: throughRows(story.boxes) });
        const agent = opened.boxes.agents.get(wouldOpen.agentId) ?? agentFold.initial;
        if (wouldOpen.change === 'sign-in') opened.tell(...logIn({ sessionId: 's9', device: 'mobile', leaseSeconds: 120 }, agent));
        else
          opened.tell({
            type: 'StatusChanged',
            data: { agentId: agent.agentId, from: 'offline', to: 'online', statusVersion: 9, cause: 'agent' },
          });
        expect(statusOf(opened.boxes, site, scope)).not.toBe('offline');
      }
    });
  });

  it("an agent's state goes through JSON unchanged, because a stream's head is JSON", () => {
    check((wished) => {
      const story = new BoxStory();
      const facts = live(story, wished, (fact) => story.tell(fact));
      for (const id of AGENTS) {
        const own = facts.filter((fact): fact is AgentEvent => (fact.data as { agentId?: string }).agentId === id);
        const step = (state: typeof agentFold.initial, event: AgentEvent, i: number) => evolve(state, { effectiveAt: i, ...event });
        const straight = own.reduce(step, agentFold.initial);
        expect(own.reduce((state, event, i) => JSON.parse(JSON.stringify(step(state, event, i))), agentFold.initial)).toEqual(straight);
      }
    });
  });
});
