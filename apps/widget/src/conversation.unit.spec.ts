import { describe, expect, it } from '@jest/globals';
import { conversation, type KeptTalk, type Letter } from './conversation.js';

describe('what a visitor writes', () => {
  function talkOf(kept: KeptTalk | null = null, wall = 0) {
    const world = { kept, sent: [] as Letter[], answer: { status: 202 } as { status: number; code?: string }, changes: 0 };
    let ids = 0;
    const talk = conversation(
      {
        recall: () => world.kept,
        keep: (newer) => void (world.kept = newer),
        newId: () => `id-${++ids}`,
        wall: () => wall,
        send: async (letter) => {
          world.sent.push(letter);
          return world.answer;
        },
      },
      () => world.changes++,
    );
    return { talk, world };
  }

  it('a visitor has no id, and nothing is kept, until something is written', () => {
    const { talk, world } = talkOf();
    expect([talk.visitor(), world.kept]).toEqual(['', null]);
  });

  it('a message is sent once, shown and kept for the next page', async () => {
    const { talk, world } = talkOf();
    expect(await talk.write('Hallo', '')).toBe('sent');
    expect(world.sent).toEqual([{ visitor: 'id-1', conversation: 'id-2', text: 'Hallo', key: 'id-3' }]);
    expect(talk.entries()).toEqual([{ text: 'Hallo', mine: true }]);
    expect(talkOf(world.kept).talk.entries()).toEqual(talk.entries());
  });

  it('another attempt with the same words has the same key, so that it arrives once', async () => {
    const { talk, world } = talkOf();
    world.answer = { status: 0 };
    expect(await talk.write('Hallo', '')).toBe('failed');
    expect(talk.entries()).toEqual([]);
    world.answer = { status: 202 };
    await talk.write('Hallo', '');
    await talk.write('Hallo', '');
    const [first, second, third] = world.sent.map(({ key }) => key);
    expect([second === first, third === first]).toEqual([true, false]);
  });

  it.each([
    [422, 'email-required', 'email'],
    [429, 'too-many-requests', 'wait'],
    [503, 'store-unavailable', 'failed'],
    [404, 'not-found', 'failed'],
  ] as const)('an answer %i %s means: %s', async (status, code, outcome) => {
    const { talk, world } = talkOf();
    world.answer = { status, code };
    expect(await talk.write('Hallo', '')).toBe(outcome);
  });

  it('words of yesterday are not shown again, and begin no conversation; the visitor stays', async () => {
    const kept = { visitor: 'v', conversation: 'c', entries: [{ text: 'alt', mine: true }], at: 0 };
    const { talk, world } = talkOf(kept, 86_400_000);
    expect([talk.visitor(), talk.entries()]).toEqual(['v', []]);
    await talk.write('neu', '');
    expect(world.sent[0]).toMatchObject({ visitor: 'v', conversation: 'id-1' });
  });

  it('the site’s words keep when they were said', () => {
    const { talk } = talkOf(null, 5_000);
    talk.notice('Wir sind bald zurück.');
    expect(talk.entries()).toEqual([{ text: 'Wir sind bald zurück.', mine: false, at: 5_000 }]);
  });

  it('keeps the newest 50 words', () => {
    const { talk } = talkOf();
    for (let n = 1; n <= 60; n++) talk.notice(String(n));
    expect([talk.entries().length, talk.entries()[0]?.text]).toEqual([50, '11']);
  });
});
