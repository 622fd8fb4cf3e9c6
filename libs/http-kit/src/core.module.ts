import { randomBytes } from 'node:crypto';
import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CLOCK } from '#clock';
import { SETTINGS, type Settings } from '#config';
import { POOLS } from '#database';
import { BUS } from '#messaging';
import { LOGGER, type Logger, METRICS, type Metrics, TRACING } from '#observability';
import { AccessTokens } from './access-token.js';
import { AnswerHeaders } from './answer-headers.js';
import { Authentication, platformTokenReader } from './authentication.js';
import { EventTransports } from './event-transports.js';
import { FastLane } from './fast-lane.js';
import { HealthController } from './health.controller.js';
import { OpenStreams } from './open-streams.js';
import { RateLimits } from './rate-limits.js';
import { Readiness } from './readiness.js';
import type { Runtime } from './runtime.js';

@Module({})
class CoreModule {}

@Module({})
class ServiceModule {}

interface CoreParts extends Runtime {
  readonly settings: Settings & { readonly tokenSecret?: string | undefined };
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly streams: OpenStreams;
  readonly limits: RateLimits;
  readonly readiness: Readiness;
  readonly lane: FastLane;
  readonly answerHeaders: AnswerHeaders;
  readonly transports: EventTransports;
}

/** The root module: what every role may inject, the health routes, then the roles. */
export function coreModule(parts: CoreParts, roles: readonly Type[]): { module: DynamicModule; authentication: Authentication } {
  // A role that needs no secret is given none; then nobody's token may be taken for a good one.
  const nobodys = (): string => randomBytes(32).toString('base64url');
  const tokens = new AccessTokens(parts.settings.tokenSecret ?? nobodys(), parts.clock);
  const authentication = new Authentication();
  authentication.register(platformTokenReader(parts.settings.adminToken || nobodys()));
  authentication.register(tokens.reader);
  const providers: Provider[] = [
    { provide: SETTINGS, useValue: parts.settings },
    { provide: LOGGER, useValue: parts.logger },
    { provide: METRICS, useValue: parts.metrics },
    { provide: POOLS, useValue: parts.pools },
    { provide: BUS, useValue: parts.bus },
    { provide: CLOCK, useValue: parts.clock },
    { provide: TRACING, useValue: parts.tracing },
    { provide: OpenStreams, useValue: parts.streams },
    { provide: RateLimits, useValue: parts.limits },
    { provide: Readiness, useValue: parts.readiness },
    { provide: FastLane, useValue: parts.lane },
    { provide: AnswerHeaders, useValue: parts.answerHeaders },
    { provide: EventTransports, useValue: parts.transports },
    { provide: AccessTokens, useValue: tokens },
    { provide: Authentication, useValue: authentication },
  ];
  const core: DynamicModule = {
    module: CoreModule,
    global: true,
    providers,
    exports: providers.map((provider) => (provider as { provide: symbol | Type }).provide),
    controllers: [HealthController],
  };
  return { module: { module: ServiceModule, imports: [DiscoveryModule, core, ...roles] }, authentication };
}
