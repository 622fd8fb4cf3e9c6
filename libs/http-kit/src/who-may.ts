import type { Grant } from './allow.js';
import type { Principal, Role } from './principal.js';

const ROLES: readonly Role[] = ['owner', 'manager', 'auditor', 'agent'];

/** "This needs the platform's token, or an API key or a person's access token of the role owner or manager." */
export function needOf(grants: readonly Grant[]): string {
  const roles = ROLES.filter((role) => grants.includes(role));
  const ways = [
    grants.includes('platform') ? "the platform's token" : null,
    roles.length > 0 ? `an API key or a person's access token of the role ${listed(roles, 'or')}` : null,
    grants.includes('self') ? 'the access token of the very agent that is asked for' : null,
    grants.includes('session') ? "an agent's access token (POST /agent/v1/sessions gives one)" : null,
  ].filter((way) => way !== null);
  return `This needs ${ways.join(', or ')}.`;
}

/** "You come with an API key of the role auditor." */
export function haveOf(principal: Principal): string {
  switch (principal.kind) {
    case 'platform':
      return "You come with the platform's token.";
    case 'api-key':
      return `You come with an API key of the role ${principal.role}.`;
    case 'agent':
      return `You come with the access token of a person of the role ${principal.role}.`;
  }
}

/** What is wrong with a bearer token that proved nobody, as far as its form tells; never whether it once was good. */
export function faultOfToken(token: string | undefined): string {
  if (token === undefined) return 'The header has to be "Authorization: Bearer ", then a token of visible characters.';
  if (token.startsWith('ak_')) return 'This API key is not valid (any more), or not one of this service.';
  if (token.startsWith('rt_')) return 'This is a refresh token: POST /agent/v1/tokens changes it for an access token.';
  if (token.startsWith('ey')) return 'This access token is not valid (any more): POST /agent/v1/tokens gives a new one.';
  return 'This token is not valid (any more).';
}

function listed(words: readonly string[], or: string): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${or} ${words.at(-1)}`;
}
