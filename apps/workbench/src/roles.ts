/** The services, in the order of their ports when split; the first one takes AMPEL_PORT. */
export const ROLES = ['agent-api', 'admin-api', 'widget-api', 'relay', 'projector', 'timekeeper'] as const;
export type Role = (typeof ROLES)[number];
