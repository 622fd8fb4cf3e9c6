import type { AgentState, AgentView, AgentWithPresence, OpenedSession, StatusPreview } from '#contract';
import { call, type Reply, take } from './call.js';
import { EventStream } from './event-stream.js';
import type { Place } from './place.js';
import type { Tenant } from './tenant.js';

type Status = 'online' | 'busy' | 'offline';

/** The state, or a problem with the state that stood in the way. */
type WishReply = AgentState & { readonly state?: AgentState; readonly code?: string };

/** An agent of a tenant, as the platform sees it. */
export class Agent {
  constructor(
    private readonly place: Place,
    readonly tenant: Tenant,
    readonly view: AgentView,
    readonly password: string,
  ) {}

  get id(): string {
    return this.view.id;
  }

  get email(): string {
    return this.view.email;
  }

  /** Signs in on a device of its own. */
  async signIn(kind: 'desktop' | 'mobile' = 'desktop'): Promise<Device> {
    const body = { tenant: this.tenant.slug, email: this.email, password: this.password, device: { kind } };
    return new Device(this.place, await take<OpenedSession>('POST', `${this.place.urls.agent}/agent/v1/sessions`, { body }));
  }

  /** Signs in and goes online (or busy). */
  async present(status: Status = 'online'): Promise<Device> {
    const device = await this.signIn();
    await device.click(status);
    return device;
  }

  /** As an admin sees the agent now. */
  presence(): Promise<AgentWithPresence> {
    return this.tenant.admin('GET', `/agents/${this.id}`);
  }

  /** Puts the agent into exactly these groups; gives whatever was answered. */
  putIntoGroups(groupIds: readonly string[], confirm?: string): Promise<Reply<AgentView & { code?: string; agentIds?: string[] }>> {
    return this.tenant.ask('PUT', `/agents/${this.id}/groups`, { groupIds, ...(confirm === undefined ? {} : { confirm }) });
  }

  async forceOffline(reason: string): Promise<void> {
    await this.tenant.admin('PUT', `/agents/${this.id}/status`, { status: 'offline', reason });
  }
}

/** A device an agent is signed in on. */
export class Device {
  private readonly streams: EventStream<AgentState>[] = [];

  constructor(
    private readonly place: Place,
    readonly session: OpenedSession,
  ) {}

  get token(): string {
    return this.session.accessToken;
  }

  /** Sends a wish for a status; gives whatever was answered. */
  wish(status: Status, expectedVersion?: number, headers?: Readonly<Record<string, string>>): Promise<Reply<WishReply>> {
    const body = { status, ...(expectedVersion === undefined ? {} : { expectedVersion }) };
    return call('PUT', this.url('status'), { token: this.token, body, headers });
  }

  /** Clicks a status, which has to be taken. */
  click(status: Status): Promise<AgentState> {
    return take('PUT', this.url('status'), { token: this.token, body: { status } });
  }

  status(): Promise<AgentState> {
    return take('GET', this.url('status'), { token: this.token });
  }

  preview(status: Status): Promise<StatusPreview> {
    return take('POST', this.url('status/preview'), { token: this.token, body: { status } });
  }

  heartbeat(): Promise<Reply<unknown>> {
    return call('POST', this.url('heartbeat'), { token: this.token });
  }

  /** Any other call of the session, e.g. `PUT`, `push`; gives whatever was answered. */
  ask<T>(method: string, what: string, body?: unknown): Promise<Reply<T>> {
    return call(method, this.url(what), { token: this.token, body });
  }

  signOut(query = ''): Promise<Reply<unknown>> {
    return call('DELETE', this.url(`session${query}`), { token: this.token });
  }

  /** Opens the device's own stream and waits for the present state. */
  async listen(): Promise<EventStream<AgentState>> {
    const stream = await EventStream.open<AgentState>(this.url('stream'), { authorization: `Bearer ${this.token}` });
    this.streams.push(stream);
    await stream.until((_, { event }) => event === 'state');
    return stream;
  }

  close(): void {
    for (const stream of this.streams.splice(0)) stream.close();
  }

  private url(what: string): string {
    return `${this.place.urls.agent}/agent/v1/${what}`;
  }
}
