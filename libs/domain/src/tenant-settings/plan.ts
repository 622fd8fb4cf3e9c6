import { Refusal } from '../refusal.js';

export type Plan = 'free' | 'standard' | 'pro';
export const PLANS = ['free', 'standard', 'pro'] as const satisfies readonly Plan[];

/** What a plan includes (rule 8, behaviour D20). Stored with events: what was granted does not change when the configuration does. */
export interface Entitlements {
  /** Active agents at most; null: as many as one likes. */
  readonly agents: number | null;
  readonly groups: boolean;
  readonly hours: boolean;
  /** How far back the history is shown, days; it is kept all the same. Null: all of it. */
  readonly historyDays: number | null;
  /** The vendor's customer support (rule 8). */
  readonly support: boolean;
}

/** Other entitlements than the default ones, by plan: the operator's configuration. */
export type PlanChoices = { readonly [P in Plan]?: { readonly [E in keyof Entitlements]?: Entitlements[E] | undefined } | undefined };

/** As the vendor has them: groups and hours belong to the top plan, support to the paid ones. */
export const DEFAULT_ENTITLEMENTS: Readonly<Record<Plan, Entitlements>> = {
  free: { agents: 3, groups: false, hours: false, historyDays: 14, support: false },
  standard: { agents: null, groups: false, hours: false, historyDays: 365, support: true },
  pro: { agents: null, groups: true, hours: true, historyDays: null, support: true },
};

/** What a plan includes under this configuration. */
export function entitlementsOfPlan(plan: Plan, choices: PlanChoices = {}): Entitlements {
  const chosen = Object.entries(choices[plan] ?? {}).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_ENTITLEMENTS[plan], ...(Object.fromEntries(chosen) as Partial<Entitlements>) };
}

/** What a tenant may: as it was granted with its plan; before plans told that, the defaults. */
export function entitlementsOf({ plan, entitlements }: { readonly plan: Plan; readonly entitlements?: Entitlements | null | undefined }): Entitlements {
  return entitlements ?? DEFAULT_ENTITLEMENTS[plan];
}

/** Refuses `plan-limit` where `active` agents are all the plan includes already. Those who are there stay: nobody is switched off. */
export function assertSeat(plan: Plan, { agents: limit }: Entitlements, active: number): void {
  if (limit === null || active < limit) return;
  throw new Refusal('plan-limit', `The plan ${plan} includes ${limit} active agents, and there are ${active}. Deactivate one, or change the plan.`, {
    plan,
    entitlement: 'agents',
    limit,
  });
}
