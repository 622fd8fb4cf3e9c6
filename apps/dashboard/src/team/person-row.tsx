import { Icon } from '../design/icons.js';
import { Avatar, StatusPill } from '../design/status.js';
import { dayAndClock } from '../i18n/index.js';
import { linkTo } from '../router.js';
import { here } from '../session/server-time.js';
import type { Member } from './use-team.js';
import { words as said } from './words.js';

/** Groups named in a row; the others are counted. */
const NAMED = 2;

/** One person of the list. */
export function PersonRow({ member }: { readonly member: Member }) {
  const words = said();
  const { agent, presence, signs } = member;
  const status = presence?.effectiveStatus ?? 'unknown';
  return (
    <li data-person={agent.name}>
      <a class="person" href={linkTo('team', agent.id)}>
        <Avatar name={agent.name} status={agent.active ? status : 'offline'} />
        <span class="person-name">
          <b dir="auto">{agent.name}</b>
          <span class="small quiet">{agent.email}</span>
        </span>
        <span class="person-groups small">
          {agent.role !== 'agent' && <span class="tag">{words.roles[agent.role]}</span>}
          {!agent.active && <span class="tag neutral">{words.inactive}</span>}
          {agent.groupIds.length === 0 ? (
            <span class="tag warning">{words.noGroup}</span>
          ) : (
            <span dir="auto">
              {member.groupNames.slice(0, NAMED).join(', ')}
              {member.groupNames.length > NAMED && ` +${member.groupNames.length - NAMED}`}
            </span>
          )}
        </span>
        <span class="person-status">
          <StatusPill status={status} />
          {presence && agent.active && <span class="small quiet numbers">{words.since(dayAndClock(here(presence.effectiveSince)))}</span>}
        </span>
        <span class="person-devices small quiet">
          {signs.length === 0 && words.noDevice}
          {signs.map(({ id, kind, name, odd }) => (
            <span key={id} class="person-device">
              <Icon name={kind} />
              <span>
                {name}
                {odd !== null && <span class="odd"> · {odd}</span>}
              </span>
            </span>
          ))}
        </span>
      </a>
    </li>
  );
}
