import type { WidgetStatus } from '#contract';
import { type Moment, replaces, retryDelay, type ServerTime, shownAt, type View } from './shown-box.js';
import type { TabMessage, World } from './world.js';

/** The service speaks every 20 s; two words missed and a little: the connection is dead on the way. Milliseconds. */
const PING_MS = 20_000;
const SILENCE_MS = 45_000;
/** A slow phone network needs long for a first frame. Milliseconds. */
const FIRST_FRAME_MS = 20_000;
/** Some proxies keep back what a stream says: then a question is answered sooner. Milliseconds. */
const FIRST_ASK_MS = 4_000;
/** A leading tab that is awake answers in a few ms; another tab does not wait longer for one that is not. */
const ANSWER_MS = 1_500;
/** Where streams are blocked: how often to ask, and how seldom to try a stream again. Milliseconds. */
const POLL_MS = 10_000;
const SELDOM_MS = 300_000;
const OFTEN_MS = 30_000;
/** A break that is over before anybody would read of it is not told. Milliseconds. */
const GRACE_MS = 4_000;
/** Timers of browsers count to 2^31 ms; and the age of what is shown is told by minutes. */
const LONGEST_TIMER_MS = 3_600_000;
const AGE_STEP_MS = 20_000;
/** A page that was looked at so short a time ago has nothing to catch up with. Milliseconds. */
const RECENT_MS = 1_000;

export interface BoxClient {
  start(): void;
  stop(): void;
  /** Asks the service now: the page woke up, the network is back, somebody wants to know. */
  refresh(): Promise<void>;
  view(): View;
}

/**
 * Keeps what one box shows current. No DOM, no clock, no network of its own: `world` has them.
 *
 *   following: another tab of this site leads and passes on what it hears; its silence or trouble is answered by an own connection
 *   leading:   streaming (frames come), waiting (the stream failed; the next attempt is due), polling (streams fail, questions do not)
 *
 * `changed` is told after everything that may have changed the view; `notice` what the service says to this visitor.
 */
export function boxClient(world: World, changed: () => void, notice: (text: string) => void): BoxClient {
  const recalled = world.recall();
  let known: WidgetStatus | null = recalled && recalled.frame;
  let confirmedAt: Moment = world.now() - (recalled ? recalled.age : 0);
  let downSince: Moment | null = null;
  let wrongKey = false;
  /** Server time minus the page's clock. Every sample is late by its way here: the highest is the best. */
  let ahead = -Infinity;
  /** Streams that failed one after the other. */
  let failures = 0;
  let running = false;
  let leading = false;
  /** Cares for itself: leads, or has nobody to follow. */
  let alone = false;
  /** The open stream has spoken. */
  let streaming = false;
  let hangUp: (() => void) | null = null;
  const timers: Record<string, (() => void) | undefined> = {};

  /** One timer of each name; without `fn` it is only taken back. */
  const set = (name: string, ms = 0, fn?: () => void): void => {
    timers[name]?.();
    timers[name] = fn && world.after(Math.min(ms, LONGEST_TIMER_MS), fn);
  };
  const serverNow = (): ServerTime => world.now() + ahead;
  const arm = (): void => {
    const future = known?.next ? Date.parse(known.next.at) - serverNow() : 0;
    set('next', future, future > 0 ? show : undefined);
  };
  const learn = (at: ServerTime): void => {
    if (at - world.now() <= ahead) return;
    ahead = at - world.now();
    arm();
  };
  const ageNow = (): number | null => (downSince === null || world.now() - downSince < GRACE_MS ? null : world.now() - confirmedAt);

  const show = (): void => {
    arm();
    set('age', ageNow() === null ? GRACE_MS : AGE_STEP_MS, downSince === null ? undefined : show);
    changed();
  };
  const tell = (): void => {
    if (leading) tabs.say({ known, at: serverNow(), live: downSince === null, failing: failures > 0 });
  };

  /** Something was heard of the service: a frame, or only that it is there. */
  const alive = (frame?: WidgetStatus | null): void => {
    const news = frame || downSince !== null;
    confirmedAt = world.now();
    downSince = null;
    if (frame) {
      wrongKey = false;
      learn(Date.parse(frame.since));
      if (replaces(frame, known)) world.keep((known = frame));
    }
    if (news) show();
    tell();
  };
  const down = (): void => {
    downSince ??= world.now();
    show();
    tell();
  };

  const disconnect = (): void => {
    streaming = alone = false;
    hangUp?.();
    hangUp = null;
    for (const name of ['silence', 'retry', 'quiet']) set(name);
  };
  const connect = (): void => {
    disconnect();
    alone = true;
    hangUp = world.stream({
      status: (frame) => {
        heard();
        alive(frame);
      },
      ping: (at) => {
        heard();
        learn(at);
        alive();
      },
      notice: (text) => {
        notice(text);
        tabs.say({ notice: text });
      },
      failed,
    });
    if (!hangUp) void ask();
    else {
      set('silence', FIRST_FRAME_MS, failed);
      if (!failures) set('poll', FIRST_ASK_MS, () => void askAgain());
    }
  };
  const heard = (): void => {
    streaming = true;
    failures = 0;
    set('poll');
    set('silence', SILENCE_MS, failed);
  };
  const failed = (): void => {
    disconnect();
    alone = true;
    failures++;
    // The first break is nearly always a restart: the stream is back before anybody has to ask.
    if (failures === 1) {
      down();
      retryWithin(OFTEN_MS);
    } else void ask().then((answered) => running && alone && !hangUp && retryWithin(answered ? SELDOM_MS : OFTEN_MS));
  };
  const retryWithin = (longest: number): void => set('retry', retryDelay(failures, world.random(), longest), connect);

  /** Resolves with whether the service answered. */
  const ask = async (): Promise<boolean> => {
    const answer = await world.ask();
    const answered = answer.kind !== 'nothing';
    if (!running) return answered;
    learn(answer.at);
    if (answer.kind === 'frame') alive(answer.frame);
    else if (!streaming) {
      if (answered) {
        wrongKey = true;
        known = null;
      }
      down();
    }
    // Questions are answered where streams are not.
    if (alone && !streaming) set('poll', (wrongKey ? SELDOM_MS : POLL_MS) * (0.8 + world.random() / 2.5), () => void askAgain());
    return answered;
  };
  const askAgain = async (): Promise<void> => {
    const wasDown = downSince !== null;
    await ask();
    if (wasDown && downSince === null && alone && !hangUp && failures > 0) connect(); // it is back: perhaps its streams are too
  };

  const lead = (): void => {
    leading = true;
    if (!alone) connect();
  };
  const hear = (message: TabMessage): void => {
    if (!running) return;
    if ('ask' in message) return tell();
    if ('notice' in message) return notice(message.notice);
    if (leading) return;
    learn(message.at);
    if (message.live) {
      disconnect();
      set('poll');
      failures = 0;
      alive(message.known);
      set('quiet', SILENCE_MS, connect);
    } else if (message.failing && !alone) connect();
  };
  const tabs = world.tabs(hear);
  if (known) learn(Date.parse(known.since)); // a time that has come: the service's clock is not behind it

  return {
    start: () => {
      running = true;
      failures = 0;
      downSince = world.now();
      show();
      set('quiet', ANSWER_MS, connect);
      tabs.join(lead);
      tabs.say({ ask: true });
    },
    stop: () => {
      running = leading = false;
      tabs.leave();
      disconnect();
      for (const name in timers) set(name);
    },
    refresh: async () => {
      const silence = world.now() - confirmedAt;
      if (!running || (downSince === null && silence < RECENT_MS)) return;
      if (alone && (downSince !== null || silence > PING_MS)) {
        failures = 0;
        connect();
      }
      if (!(await ask()) && alone && streaming) failed(); // what carries no question carries no stream
    },
    view: () => shownAt(known, serverNow(), ageNow(), wrongKey),
  };
}
