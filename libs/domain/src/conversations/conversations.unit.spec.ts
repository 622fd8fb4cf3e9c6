import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, givenFor } from '#testing';
import type { Status } from '../agent-presence/status.js';
import { agentReplied, type Conversation, conversationFold, endConversation, lapse, LAPSES_AFTER_MS } from './conversation.js';
import type { ConversationAddress, ConversationEvent } from './events.js';
import { DEFAULT_NOTICES, noticesWith } from './notice-settings.js';
import { noticeDue, receiveMessage, sendNotice, type Surroundings } from './send-notice.js';

type Sentence = ConversationEvent & { readonly effectiveAt?: number };
const given = givenFor<Conversation, Sentence>(conversationFold);
const address: ConversationAddress = { conversationId: 'c', siteId: 's', groupId: null, visitorId: 'v' };
const wrote = (time: string) => ({ type: 'VisitorMessageReceived', data: { ...address, messageId: 'm' }, effectiveAt: at(time) }) as const;
const replied = (time: string) => ({ type: 'AgentReplied', data: address, effectiveAt: at(time) }) as const;
const noticed = (time: string) => ({ type: 'NoticeSent', data: { ...address, notice: 'busy' }, effectiveAt: at(time) }) as const;
const seeing = (status: Status, settings = DEFAULT_NOTICES): Surroundings => ({ status, settings });
const message = (status: Status, time: string) => (c: Conversation) => receiveMessage({ address, messageId: 'm' }, c, seeing(status), at(time));

describe('notices (behaviour D16)', () => {
  it('case 49: while online the busy notice is due 45 s after the message, not earlier, and has that time', () => {
    given([wrote('10:00:00')]).when((c) => sendNotice(c, seeing('online'), at('10:00:44') + 999)).thenNothing();
    given([wrote('10:00:00')])
      .when((c) => sendNotice(c, seeing('online'), at('10:00:46'), at('10:00:45')))
      .then([{ type: 'NoticeSent', data: { ...address, notice: 'busy' }, effectiveAt: at('10:00:45') }]);
  });

  it('case 49: an answer at 10:00:44 cancels it', () => {
    given([wrote('10:00:00'), replied('10:00:44')])
      .when((c) => sendNotice(c, seeing('online'), at('10:00:45')))
      .thenNothing();
  });

  it('case 50: while offline the offline notice is due after 1 s', () => {
    given([wrote('10:00:00')])
      .when((c) => sendNotice(c, seeing('offline'), at('10:00:01')))
      .then([{ type: 'NoticeSent', data: { ...address, notice: 'offline' }, effectiveAt: at('10:00:01') }]);
  });

  it('while busy the notice comes with the message', () => {
    given().when(message('busy', '10:00:00')).then([
      { type: 'VisitorMessageReceived', data: { ...address, messageId: 'm' } },
      { type: 'NoticeSent', data: { ...address, notice: 'busy' }, effectiveAt: at('10:00:00') },
    ]);
  });

  it('one is enough in a silence, and an answer begins a new one', () => {
    const silence = [wrote('10:00:00'), noticed('10:00:45')];
    given([...silence, wrote('10:01:00')]).when((c) => sendNotice(c, seeing('online'), at('10:05:00'))).thenNothing();
    given([...silence, replied('10:01:00'), wrote('10:02:00')])
      .when((c) => sendNotice(c, seeing('online'), at('10:02:45')))
      .then([{ type: 'NoticeSent', data: { ...address, notice: 'busy' }, effectiveAt: at('10:02:45') }]);
  });

  it('further messages of the same silence do not put it off', () => {
    given([wrote('10:00:00'), wrote('10:00:30')])
      .when((c) => sendNotice(c, seeing('online'), at('10:00:45')))
      .then([{ type: 'NoticeSent', data: { ...address, notice: 'busy' }, effectiveAt: at('10:00:45') }]);
  });

  it('what the visitor sees when it is due decides which it is, and whether it is due', () => {
    given([wrote('10:00:00')])
      .when((c) => sendNotice(c, seeing('offline'), at('10:00:45'), at('10:00:45')))
      .then([{ type: 'NoticeSent', data: { ...address, notice: 'offline' }, effectiveAt: at('10:00:45') }]);
    given([wrote('10:00:00')]).when((c) => sendNotice(c, seeing('online'), at('10:00:01'))).thenNothing();
  });

  it("a site's own delays count", () => {
    const settings = noticesWith({ busy: { delaySeconds: 0.5 } });
    given([wrote('10:00:00')]).when((c) => sendNotice(c, seeing('online', settings), at('10:00:00') + 499)).thenNothing();
    given([wrote('10:00:00')])
      .when((c) => sendNotice(c, seeing('online', settings), at('10:00:00') + 500))
      .then([{ type: 'NoticeSent', data: { ...address, notice: 'busy' }, effectiveAt: at('10:00:00') + 500 }]);
  });

  it('for any course of messages, answers, ends, looks and statuses: at most one in a silence, none without one, none before it is due', () => {
    const step = fc.record({
      what: fc.constantFrom('message', 'message', 'reply', 'look', 'look', 'end'),
      after: fc.integer({ min: 0, max: 60_000 }),
      status: fc.constantFrom<Status>('online', 'busy', 'offline'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let conversation = conversationFold.initial;
        let now = at('10:00:00');
        /** The reference: when the first unanswered message was written, and how many notices there were since. */
        let waits: { since: number; notices: number } | null = null;
        for (const { what, after, status } of steps) {
          now += after;
          const around = seeing(status);
          const events: Sentence[] =
            what === 'message' ? receiveMessage({ address, messageId: 'm' }, conversation, around, now)
            : what === 'reply' ? agentReplied(address, conversation)
            : what === 'end' ? endConversation(address, conversation)
            : sendNotice(conversation, around, now);
          if (what === 'message') waits ??= { since: now, notices: 0 };
          if (what === 'reply' || what === 'end') waits = null;
          for (const event of events) {
            if (event.type === 'NoticeSent') {
              if (waits === null) throw new Error('a notice for nobody');
              waits.notices += 1;
              const waited = now - waits.since;
              expect(waited).toBeGreaterThanOrEqual(status === 'busy' ? 0 : status === 'online' ? 45_000 : 1_000);
              expect(event.data.notice).toBe(status === 'offline' ? 'offline' : 'busy');
            }
            conversation = conversationFold.evolve(conversation, { ...event, effectiveAt: event.effectiveAt ?? now });
          }
          expect(waits?.notices ?? 0).toBeLessThanOrEqual(1);
          // None is forgotten: whoever waits without a notice has one due, at a time that a look will meet.
          const due = noticeDue(conversation, around);
          expect(due !== null).toBe(waits !== null && waits.notices === 0);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a conversation', () => {
  it('belongs to one visitor of one site', () => {
    const other = { ...address, visitorId: 'w' };
    given([wrote('10:00:00')]).when((c) => receiveMessage({ address: other, messageId: 'm' }, c, seeing('online'), at('10:01:00'))).thenRefused('not-found');
    given([wrote('10:00:00')]).when((c) => agentReplied({ ...address, siteId: 't' }, c)).thenRefused('not-found');
    given([wrote('10:00:00')]).when((c) => endConversation(other, c)).thenRefused('not-found');
  });

  it('ends once, and is opened again by the next message', () => {
    given([wrote('10:00:00')])
      .when((c) => endConversation(address, c))
      .then([{ type: 'ConversationEnded', data: { ...address, because: 'reported' } }])
      .thenState((c) => expect(c).toMatchObject({ standing: 'ended', silence: null }));
    const ended = { type: 'ConversationEnded', data: { ...address, because: 'reported' }, effectiveAt: at('10:10:00') } as const;
    given([wrote('10:00:00'), ended]).when((c) => endConversation(address, c)).thenNothing();
    given([wrote('10:00:00'), ended, wrote('11:00:00')])
      .when(() => [])
      .thenState((c) => expect(c).toMatchObject({ standing: 'open', openedAt: at('11:00:00'), silence: { since: at('11:00:00') } }));
    given().when((c) => endConversation(address, c)).thenNothing();
  });

  it('keeps its group when a message comes without one', () => {
    given([{ ...wrote('10:00:00'), data: { ...address, groupId: 'DE', messageId: 'm' } }])
      .when((c) => agentReplied(address, c))
      .then([{ type: 'AgentReplied', data: { ...address, groupId: 'DE' } }]);
  });

  it('in which nobody writes for a day is over, at the nominal time', () => {
    const end = at('10:00:00') + LAPSES_AFTER_MS;
    given([wrote('10:00:00')]).when((c) => lapse(c, end - 1)).thenNothing();
    given([wrote('10:00:00')])
      .when((c) => lapse(c, end + 60_000))
      .then([{ type: 'ConversationEnded', data: { ...address, because: 'lapsed' }, effectiveAt: end }]);
  });
});
