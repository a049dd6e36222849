import type { ActorRef, ActorSystem, Definition } from '../../../runtime/index.js';
import type { BossMessage } from './bosses.js';
import { limited, type Payload, type Recorder } from './kit.js';
import { Subject, type SubjectArgs, type SubjectMessage } from './subject.js';

export type Boss = ActorRef<BossMessage>;
export type Child = ActorRef<SubjectMessage>;

/** Thread of the supervisor, threads of its children. */
export const LAYOUTS: readonly {
  readonly boss: number;
  readonly children: readonly [number, number, number];
}[] = [
  { boss: 0, children: [0, 0, 0] },
  { boss: 0, children: [1, 2, 1] },
  { boss: 1, children: [1, 1, 1] },
  { boss: 1, children: [2, 0, 1] },
];

/** For systems whose threads are killed more often than the default budget allows. */
export const MANY_DEATHS = { threadIntensity: { intensity: 1000, periodMs: 1000 } };

export function bossOf(
  system: ActorSystem,
  definition: Definition<BossMessage, null>,
  placement: number,
): Boss {
  return system.spawn(definition, null, { placement });
}

/** A child of a supervisor. */
export function hire(
  boss: Boss,
  label: string,
  options: object = {},
  args: Partial<SubjectArgs> = {},
): Promise<Child> {
  return boss.ask({ type: 'hire', args: { label, ...args }, options });
}

/** A child of the root. */
export function subject(
  system: ActorSystem,
  label: string,
  placement: number,
  options: object = {},
): Child {
  return system.spawn(Subject, { label }, { placement, ...options });
}

export async function incarnation(ref: Child): Promise<number> {
  return (await ref.ask({ type: 'report' })).incarnation;
}

/** Resolves with the death of a thread: the first, or the one of that number. */
export function died(events: Recorder, count = 1): Promise<Payload<'thread-died'>> {
  return events.until('thread-died', () => true, count);
}

/** Resolves when a thread, or so many, have been replaced. */
export function replaced(events: Recorder, count = 1): Promise<Payload<'thread-replaced'>> {
  return events.until('thread-replaced', () => true, count);
}

/** Has an actor block its thread; resolves when it does, with what lets it go. */
export async function block(blocker: Child): Promise<() => void> {
  const word = new Int32Array(new SharedArrayBuffer(8));
  blocker.tell({ type: 'block', word });
  await limited('the block', Promise.resolve(Atomics.waitAsync(word, 0, 0).value));
  return () => {
    Atomics.store(word, 1, 1);
    Atomics.notify(word, 1);
  };
}
