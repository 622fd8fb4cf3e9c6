import { randomUUID } from 'node:crypto';
import type { AgentView, EventPage, GroupView, HistoryPage, SiteView, TenantView } from '#contract';
import { Agent } from './agent.js';
import { call, type Reply, take } from './call.js';
import type { Place } from './place.js';
import { Widget } from './widget.js';

export type StoredFact = EventPage['events'][number];

/** A tenant of a spec's own in a running Ampel, managed with the platform's token unless a spec says otherwise. */
export class Tenant {
  private readonly widgets: Widget[] = [];

  private constructor(
    private readonly place: Place,
    readonly id: string,
    readonly slug: string,
  ) {}

  static async add(place: Place, plan?: 'free' | 'standard' | 'pro'): Promise<Tenant> {
    const slug = `t-${randomUUID()}`;
    const body = { slug, name: 'A spec', ...(plan === undefined ? {} : { plan }) };
    const { id } = await take<TenantView>('POST', `${place.urls.admin}/admin/v1/tenants`, { token: place.adminToken, body });
    return new Tenant(place, id, slug);
  }

  addSite(origins: readonly string[] = []): Promise<SiteView> {
    return this.admin('POST', '/sites', { name: 'Shop', origins, timeZone: 'Europe/Berlin' });
  }

  addGroup(name: string): Promise<GroupView> {
    return this.admin('POST', '/groups', { name });
  }

  async addAgent(groups: readonly GroupView[] = [], email = `${randomUUID()}@example.com`): Promise<Agent> {
    const password = 'a-password-of-the-specs';
    const view = await this.admin<AgentView>('POST', '/agents', { email, name: 'Agent', password, groupIds: groups.map(({ id }) => id) });
    return new Agent(this.place, this, view, password);
  }

  /** The widget of a site, or of a group on it; `close()` of the tenant ends its streams. */
  widget(site: Pick<SiteView, 'key'>, group?: Pick<GroupView, 'id'>): Widget {
    const widget = new Widget(this.place.urls.widget, site.key, group?.id);
    this.widgets.push(widget);
    return widget;
  }

  /** A command or read of the admin API that has to succeed; `path` is below the tenant. */
  admin<T>(method: string, path: string, body?: unknown): Promise<T> {
    return take(method, this.url(path), { token: this.place.adminToken, body });
  }

  /** The same, whatever is answered. */
  ask<T>(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply<T>> {
    return call(method, this.url(path), { token: this.place.adminToken, body, headers });
  }

  /** The tenant's whole log, page by page. */
  async events(query = ''): Promise<StoredFact[]> {
    const facts: StoredFact[] = [];
    for (let after = ''; ; ) {
      const parameters = ['limit=500', after && `after=${after}`, query].filter((one) => one !== '');
      const { events, nextCursor } = await this.admin<EventPage>('GET', `/events?${parameters.join('&')}`);
      facts.push(...events);
      if (nextCursor === null || events.length === 0) return facts;
      after = encodeURIComponent(nextCursor);
    }
  }

  history(query: string): Promise<HistoryPage> {
    return this.admin('GET', `/history?${query}`);
  }

  /** Ends all streams that specs opened through this tenant's widgets. */
  close(): void {
    for (const widget of this.widgets.splice(0)) widget.close();
  }

  private url(path: string): string {
    return `${this.place.urls.admin}/admin/v1/tenants/${this.id}${path}`;
  }
}
