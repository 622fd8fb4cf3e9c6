/** What a visitor or the site has said, in order. */
export interface Entry {
  readonly text: string;
  readonly mine: boolean;
  /** When the site said it, by the page's wall clock; of what an older page kept it is not known. */
  readonly at?: number;
}

/** `email`: the service wants an address; `wait`: too many messages; `failed`: try again later. */
export type Outcome = 'sent' | 'email' | 'wait' | 'failed';

/** What is kept for the next page: nothing until the visitor writes. */
export interface KeptTalk {
  readonly visitor: string;
  readonly conversation: string;
  readonly entries: readonly Entry[];
  /** When it was last added to, by the page's wall clock. */
  readonly at: number;
}

export interface Letter {
  readonly visitor: string;
  readonly conversation: string;
  readonly text: string;
  readonly email?: string;
  /** The same for every attempt with the same words, so that it arrives once. */
  readonly key: string;
}

export interface TalkWorld {
  recall(): KeptTalk | null;
  keep(talk: KeptTalk): void;
  /** A new opaque id. */
  newId(): string;
  /** The page's wall clock. */
  wall(): number;
  /** Gives the HTTP status, 0 if nothing was answered, and the problem's code. */
  send(letter: Letter): Promise<{ readonly status: number; readonly code?: string }>;
}

export interface Conversation {
  /** '' until the visitor writes. */
  visitor(): string;
  entries(): readonly Entry[];
  write(text: string, email: string): Promise<Outcome>;
  /** The site says something. */
  notice(text: string): void;
}

/** Words of yesterday are not shown again; the visitor stays the same. */
const TALK_MS = 24 * 3_600_000;
const MOST_ENTRIES = 50;

/** This visitor's side of the conversation. `changed` is told when there is something new to show. */
export function conversation(world: TalkWorld, changed: () => void): Conversation {
  const kept = world.recall();
  let visitor = kept?.visitor ?? '';
  const fresh = kept && Math.abs(world.wall() - kept.at) < TALK_MS;
  let id = fresh ? kept.conversation : '';
  let entries = fresh ? kept.entries : [];
  const keys = new Map<string, string>();

  const add = (entry: Entry): void => {
    entries = [...entries, entry].slice(-MOST_ENTRIES);
    world.keep({ visitor, conversation: id, entries, at: world.wall() });
    changed();
  };
  return {
    visitor: () => visitor,
    entries: () => entries,
    notice: (text) => add({ text, mine: false, at: world.wall() }),
    write: async (text, email) => {
      visitor ||= world.newId();
      id ||= world.newId();
      changed(); // from now on the service may speak to this visitor
      const words = `${email} ${text}`;
      const key = keys.get(words) ?? world.newId();
      keys.set(words, key);
      const { status, code } = await world.send({ visitor, conversation: id, text, key, ...(email && { email }) });
      if (status === 202) {
        keys.clear();
        add({ text, mine: true });
        return 'sent';
      }
      return code === 'email-required' || (status === 422 && email) ? 'email' : status === 429 ? 'wait' : 'failed';
    },
  };
}
