import {
  ActorSystem,
  type AnyRef,
  type SystemEvents,
  type SystemOptions,
} from '../../../runtime/index.js';

/** Longest wait for something that must happen; a test that needs it has failed. */
const LIMIT_MS = 20_000;

/** What the actors of these tests publish. */
export interface Said {
  readonly label: string;
  readonly by: string;
  readonly id: string;
  readonly reason: string;
  readonly incarnation: number;
}

/** The payload of an event; of those of the user's own, the kind that these tests publish. */
export type Payload<E extends keyof SystemEvents> = E extends 'user'
  ? { readonly name: string; readonly payload: Said }
  : Parameters<SystemEvents[E]>[0];

interface Recorded {
  readonly event: keyof SystemEvents;
  readonly payload: unknown;
}

interface Waiting {
  readonly event: keyof SystemEvents;
  readonly resolve: () => void;
}

const EVENTS: readonly (keyof SystemEvents)[] = [
  'dead-letter',
  'actor-failed',
  'actor-restarted',
  'thread-died',
  'thread-replaced',
  'thread-blocked',
  'damaged-record',
  'user',
];

/** Keeps all events of a system and lets tests wait for one. */
export class Recorder {
  readonly #all: Recorded[] = [];
  #waiting: Waiting[] = [];

  constructor(system: ActorSystem) {
    for (const event of EVENTS) {
      system.events.on(event, (payload: unknown) => this.#take({ event, payload }));
    }
  }

  #take(recorded: Recorded): void {
    this.#all.push(recorded);
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ event }) => event !== recorded.event);
    for (const { event, resolve } of waiting) if (event === recorded.event) resolve();
  }

  /** Payloads of the events of that name that match, so far. */
  seen<E extends keyof SystemEvents>(
    event: E,
    matches: (payload: Payload<E>) => boolean = () => true,
  ): Payload<E>[] {
    const payloads = this.#all.filter((one) => one.event === event).map(({ payload }) => payload);
    return (payloads as Payload<E>[]).filter(matches);
  }

  /** Resolves with the last of so many events of that name that match, those before the call included. */
  async until<E extends keyof SystemEvents>(
    event: E,
    matches: (payload: Payload<E>) => boolean = () => true,
    count = 1,
  ): Promise<Payload<E>> {
    for (;;) {
      const payload = this.seen(event, matches)[count - 1];
      if (payload !== undefined) return payload;
      const next = new Promise<void>((resolve) => this.#waiting.push({ event, resolve }));
      await limited(`event ${count} of '${event}' (${String(matches)})`, next);
    }
  }

  /** What the actors said under that name. */
  user(name: string): Said[] {
    return this.seen('user', (event) => event.name === name).map(({ payload }) => payload);
  }

  /** Resolves when that has been said so often. */
  untilUser(name: string, count = 1): Promise<unknown> {
    return this.until('user', (event) => event.name === name, count);
  }
}

/** Rejects when a promise is still open after a time in which it should long be settled. */
export async function limited<T>(
  what: string,
  promise: Promise<T>,
  limitMs = LIMIT_MS,
): Promise<T> {
  let timeout: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timeout = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timeout);
  }
}

/** Goes round the event loop until something holds. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = LIMIT_MS,
): Promise<void> {
  const until = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Starts a system with two worker threads and few resources, and records its events. */
export async function start(
  options: SystemOptions = {},
): Promise<{ system: ActorSystem; events: Recorder }> {
  const system = await ActorSystem.start({
    threads: 2,
    idleLevel: 0,
    deadLetterEvents: 1000,
    supervision: { intensity: 10_000 },
    ...options,
  });
  return { system, events: new Recorder(system) };
}

/** The law of conservation over a system at rest: every message sent is accounted for. */
export function conserves(system: ActorSystem): { holds: boolean; says: string } {
  const { total, deadLetters, queued } = system.metrics();
  const known = total.handled + deadLetters + queued;
  const mailboxes = total.enqueued - total.handled - total.deadFromMailbox;
  const rings = total.published - total.received;
  const overflow = total.sentRemote - total.published - total.deadFromOverflow;
  return {
    holds: known <= total.sent && total.sent <= known + total.lostAtMost,
    says: `sent ${total.sent}, handled ${total.handled}, dead ${deadLetters}, queued ${queued} (mailboxes ${mailboxes}, rings ${rings}, overflow ${overflow}), lost <= ${total.lostAtMost}`,
  };
}

/** The reference as events show it. */
export function shown(ref: AnyRef): (event: { actor: string }) => boolean {
  return ({ actor }) => actor.endsWith(`#${ref.id}`);
}

/** Restarts and failures of one actor so far. */
export function countOf(
  events: Recorder,
  event: 'actor-failed' | 'actor-restarted',
  ref: AnyRef,
): number {
  return events.seen(event, shown(ref)).length;
}
