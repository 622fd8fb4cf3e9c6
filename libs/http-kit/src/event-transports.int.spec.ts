import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Server } from '@nestjs/microservices';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '#observability';
import { type FreshDatabase, freshDatabase, natsUrl } from '#testing';
import { EventTransports, runService } from './index.js';
import { orderSettings } from './orders-service.spec.js';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const happened: string[] = [];

class Transport extends Server {
  listen(done: () => void): void {
    happened.push('listens');
    done();
  }
  close(): void {
    happened.push('closed');
  }
  override on(): void {}
  override unwrap<T>(): T {
    return undefined as T;
  }
}

@Module({})
class ConsumingModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(EventTransports) transports: EventTransports) {
    transports.add({ strategy: new Transport(), filters: [] });
  }
  onApplicationBootstrap(): void {
    happened.push('begun');
  }
  onApplicationShutdown(): void {
    happened.push('ended');
  }
}

describe('a service with a transport of events', () => {
  it('begins its modules once: what is begun twice and ended once would go on for ever', async () => {
    const settings = orderSettings({ databaseUrl: database.serviceUrl, natsUrl: natsUrl() });
    const logger = createLogger({ level: 'silent' });
    const service = await runService({ roles: ['relay'], modules: [ConsumingModule], settings, logger });
    const begun = [...happened];
    await service.close();
    expect(begun).toEqual(['begun', 'listens']);
    expect(happened.slice(begun.length).sort()).toEqual(['closed', 'ended']);
  });
});
