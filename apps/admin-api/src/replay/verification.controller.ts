import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { rfc3339, type TenantVerificationView, tenantVerificationView, type VerificationView, verificationView } from '#contract';
import { type Pools, POOLS } from '#database';
import { Allow, Answers } from '#http-kit';
import { readVerifications } from '#replays';
import { TenantScope } from '../tenant-scope.js';
import { toldApart } from './told-apart.js';

/** What the verification in the background found last. */
@ApiTags('admin: replays')
@Controller('admin/v1')
export class VerificationController {
  constructor(
    private readonly scope: TenantScope,
    @Inject(POOLS) private readonly pools: Pools,
  ) {}

  @Get('verification')
  @Allow('platform')
  @Answers({ status: 200, does: 'Tells what the verification in the background found last, over all tenants.', schema: verificationView })
  async ofAll(): Promise<VerificationView> {
    const found = await readVerifications(this.pools.engine);
    const sum = (of: (one: (typeof found)[number]) => number): number => found.reduce((all, one) => all + of(one), 0);
    return {
      drift: sum(({ drift }) => drift),
      ...toldApart(found.flatMap(({ differences }) => differences)),
      position: sum(({ position }) => position),
      partitions: found.map(({ partition, position, hash, drift, verifiedAt }) => ({ partition, position, hash, drift, verifiedAt: rfc3339(verifiedAt) })),
      verifiedAt: found.length === 0 ? null : rfc3339(Math.min(...found.map(({ verifiedAt }) => verifiedAt))),
    };
  }

  @Get('tenants/:tenantId/verification')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({
    status: 200,
    does: 'Tells what the verification in the background found last: whether what this tenant shows is what its log says.',
    schema: tenantVerificationView,
    refuses: { 404: ['not-found'] },
  })
  async ofTenant(@Param('tenantId') tenantId: string): Promise<TenantVerificationView> {
    const { partition } = await this.scope.present(tenantId);
    const [found] = await readVerifications(this.pools.engine, partition);
    if (!found) return { drift: 0, ...toldApart([]), position: 0, verifiedAt: null };
    return {
      drift: found.byTenant[tenantId] ?? 0,
      ...toldApart(found.differences.filter((difference) => difference.tenantId === tenantId)),
      position: found.position,
      verifiedAt: rfc3339(found.verifiedAt),
    };
  }
}
