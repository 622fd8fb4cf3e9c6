import { v5 as nameBasedId } from 'uuid';
import type { BoxChange } from '#domain/box-status/index';

// Any fixed UUID will do: it only keeps these ids apart from other name-based ones.
const SHOWN_NAMESPACE = '6f1c2f0e-9d0b-5c55-8c1e-2f7f6a1d5b3a';

/** Id of the SiteStatusChanged of a shown row: the same change of the same cause has the same id, so that a repeated fold publishes the same message. */
export function shownEventId(causeEventId: string, { siteId, groupId }: Pick<BoxChange, 'siteId' | 'groupId'>): string {
  return nameBasedId(`${causeEventId} ${siteId} ${groupId ?? ''}`, SHOWN_NAMESPACE);
}
