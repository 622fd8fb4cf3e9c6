import type { PoolClient } from 'pg';
import type { SiteStatus } from '#contract';
import { readNames } from '#directory';
import { sentenceOf } from '#domain/box-status/index';
import type { ExplainedStatus } from './site-status-view.js';

/** The answer with its sentence in both languages. Whoever has no name any more is called by the id. */
export async function putIntoWords(sql: PoolClient, tenantId: string, { view, explained, timeZone }: ExplainedStatus, at: number): Promise<SiteStatus> {
  const { reasons, wouldOpen, heldOpen } = explained;
  const ids = [
    ...(heldOpen?.agentIds ?? []),
    ...(wouldOpen && 'agentId' in wouldOpen ? [wouldOpen.agentId] : []),
    ...reasons.flatMap((reason) => (reason.rule === 'group-disabled' ? [reason.groupId] : [])),
  ];
  const names = ids.length === 0 ? new Map<string, string>() : await readNames(sql, tenantId, ids);
  const telling = { timeZone, at, nameOf: (id: string) => names.get(id) ?? id };
  return { ...view, sentence: { de: sentenceOf(explained, { ...telling, language: 'de' }), en: sentenceOf(explained, { ...telling, language: 'en' }) } };
}
