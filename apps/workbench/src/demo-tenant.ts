/** What the demo tenant consists of. Its passwords are public, hence the word in them; production refuses the whole seed. */
export const DEMO_TENANT = { slug: 'demo', name: 'Demo' } as const;
export const DEMO_SITE = { name: 'Demo shop', timeZone: 'Europe/Berlin' } as const;
export const DEMO_GROUPS = ['DE', 'EN'] as const;

export interface DemoAgent {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  /** undefined = in no group, so this agent drives the whole site. */
  readonly group?: (typeof DEMO_GROUPS)[number];
  /** What the agent finds in the dashboard beside the own status; an agent's things if not given. */
  readonly role?: 'owner';
}

export const DEMO_AGENTS: readonly DemoAgent[] = [
  { email: 'anna@demo.example', name: 'Anna', password: 'insecure-anna', group: 'DE' },
  { email: 'bob@demo.example', name: 'Bob', password: 'insecure-bob', group: 'EN' },
  { email: 'uma@demo.example', name: 'Uma', password: 'insecure-uma' },
  { email: 'olga@demo.example', name: 'Olga', password: 'insecure-olga', group: 'DE', role: 'owner' },
];
