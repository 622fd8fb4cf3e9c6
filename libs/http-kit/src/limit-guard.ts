import { type CanActivate, type CustomDecorator, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { AddressLimit, RateLimits } from './rate-limits.js';

const BY_ADDRESS = Symbol('limited by address');
const BY_CADENCE = Symbol('not limited');

/** Route: limited for each address, before anything else is done for it. */
export const LimitedByAddress = (limit: AddressLimit): CustomDecorator<symbol> => SetMetadata(BY_ADDRESS, limit);

/** Route: not counted for the tenant. For heartbeats: their own cadence is the limit, and to miss one is to be taken for offline. */
export const NotLimited = (): CustomDecorator<symbol> => SetMetadata(BY_CADENCE, true);

/** Refuses addresses that ask for too much, before it is asked who they are. */
@Injectable()
export class LimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimits,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const limit = this.reflector.get<AddressLimit | undefined>(BY_ADDRESS, context.getHandler());
    if (limit !== undefined) this.limits.ofAddress(limit, context.switchToHttp().getRequest<FastifyRequest>().raw);
    return true;
  }
}

/** Whether the route counts for the tenant. */
export function countsForTenant(reflector: Reflector, context: ExecutionContext): boolean {
  return reflector.get<true | undefined>(BY_CADENCE, context.getHandler()) !== true;
}
