import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CLOCK, type Clock } from '#clock';
import { type OwnProfile, ownProfile, rfc3339 } from '#contract';
import { POOLS, type Pools, withTenant } from '#database';
import { findAgent, findTenant, readDeviceNames, readNames } from '#directory';
import { EVENT_STORE, type EventStore } from '#event-store';
import { type AgentPrincipal, Allow, Answers, Problem, SessionOf, withEtag } from '#http-kit';
import { readOpenLeases } from '#leases';
import { agentStream, loadOwnAgent, NO_SESSION } from '../agent-stream.js';
import { ForcedOffline, tellForcedOffline } from './forced-offline.js';

@Controller('agent/v1/me')
export class ShowSelfController {
  readonly #forced: ForcedOffline;

  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.#forced = new ForcedOffline(store);
  }

  /** The name on the profile picture, and the own devices with their last sign of life. */
  @Get()
  @Allow('session')
  @Answers({
    status: 200,
    does: 'Who is signed in: name, role, groups, the open sessions of all own devices, and who set the agent offline, if somebody did.',
    schema: ownProfile,
    refuses: NO_SESSION,
  })
  async show(
    @SessionOf() session: AgentPrincipal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OwnProfile | undefined> {
    const { tenantId, agentId } = session;
    const head = await loadOwnAgent(this.store, session);
    const { state } = head;
    const forced = await this.#forced.of(agentStream(session), head);
    const profile = await withTenant(this.pools, tenantId, async (sql): Promise<Omit<OwnProfile, 'knownAt'>> => {
      const agent = await findAgent(sql, tenantId, agentId);
      const tenant = await findTenant(sql, tenantId);
      if (!agent || !tenant) throw new Problem('signed-out', 'This session is signed out: sign in again.');
      const names = await readNames(sql, tenantId, agent.groupIds);
      const devices = await readDeviceNames(sql, tenantId, state.sessions.map(({ sessionId }) => sessionId));
      const leases = await readOpenLeases(sql, { tenantId, agentIds: [agentId] });
      return {
        agent: { id: agentId, name: agent.name, email: agent.email, role: agent.role },
        tenant: { id: tenantId, slug: tenant.slug, name: tenant.name },
        groups: agent.groupIds.map((id) => ({ id, name: names.get(id) ?? id })),
        ...(forced === null ? {} : { forcedOffline: await tellForcedOffline(sql, forced) }),
        devices: state.sessions.map(({ sessionId, device, startedAt, leaseSeconds, signedOut, reachableByPush }) => {
          // The lease row is written with the session; beats of the last half second may still be missing.
          const lease = leases.find((row) => row.sessionId === sessionId) ?? { lastSeenAt: startedAt, expiresAt: startedAt + leaseSeconds * 1000 };
          const name = devices.get(sessionId);
          return {
            sessionId,
            kind: device,
            ...(name === undefined ? {} : { name }),
            own: sessionId === session.sessionId,
            lastSeenAt: rfc3339(lease.lastSeenAt),
            expiresAt: rfc3339(lease.expiresAt),
            signedOut,
            reachableByPush,
          };
        }),
      };
    });
    return withEtag(request, reply, { ...profile, knownAt: rfc3339(this.clock.now()) }, profile);
  }
}
