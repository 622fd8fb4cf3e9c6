import type { TenantStatus } from '#contract';
import { linkTo } from '../router.js';
import { adminRead } from '../session/admin.js';
import { here } from '../session/server-time.js';
import { usePolled } from '../session/use-polled.js';
import { words as said } from './words.js';
import './coverage.css';

/** Nobody is there since 10:02: for those who look after the account, on the screens they look at most (behaviour case 56). */
export function Uncovered() {
  const status = usePolled((etag) => adminRead<TenantStatus>('/status', etag), 10_000);
  const words = said();
  const gaps = gapsOf(status.value);
  return (
    // It is there before there is anything to say, so that what comes is read out.
    <div class="uncovered" role="status">
      {gaps.length > 0 && (
        <ul>
          {gaps.map(({ key, where, since, link }) => (
            <li key={key} class="note warning">
              <span dir="auto">{words.nobody(where, here(since))}</span>
              <a href={link}>{words.look}</a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface Gap {
  readonly key: string;
  readonly where: string;
  readonly since: string;
  readonly link: string;
}

/** Where nobody is at all, the groups say nothing new. */
function gapsOf(status: TenantStatus | null): Gap[] {
  const words = said();
  return (status?.sites ?? []).flatMap((site): Gap[] => {
    const { id, name, uncoveredSince: since } = site;
    if (since !== undefined) return [{ key: id, where: name, since, link: linkTo('timeline', 'site', id, since) }];
    return (status?.groups ?? []).flatMap((group): Gap[] => {
      if (group.siteId !== id || group.uncoveredSince === undefined) return [];
      const link = linkTo('timeline', 'group', id, group.id, group.uncoveredSince);
      return [{ key: `${id}/${group.id}`, where: words.groupOn(group.name, name), since: group.uncoveredSince, link }];
    });
  });
}
