import { promiseHooks } from 'node:v8';
import { ActorContext } from '../actor/actor-context.js';
import { asError } from '../base/errors.js';
import type { EventLoop } from '../base/event-loop.js';
import type { ActorThread } from './actor-thread.js';

/**
 * Stands on the listeners of this module, so that several systems on one thread recognize each other: a
 * function that says whether a promise is of an actor of that system.
 */
const OURS = Symbol.for('troupe.unhandledRejection');

/**
 * Knows which actor a promise belongs to: the one whose code made it, directly or after any `await`. So
 * a promise that rejects and that nobody awaited is a failure of that actor, and an ask made late in an
 * async handler is known to be that actor's. Each promise of the thread pays for it.
 *
 * What belongs to no actor ends as if this were not here: as an uncaught exception.
 * @returns a function that takes the hooks off
 */
export function attributePromises(thread: ActorThread): () => void {
  const owner = Symbol('troupe.owner');
  type Owned = { [owner]?: ActorContext };
  /** The incarnation whose code runs now, when it is over: what it makes is its own, and nobody's fault. */
  let over: ActorContext | undefined;
  const release = hold({
    init(promise) {
      const context = thread.port.current?.context ?? (thread.isInTurn ? undefined : over);
      if (context != null) (promise as Owned)[owner] = context;
    },
    before(promise) {
      const context = (promise as Owned)[owner];
      thread.port.current = context === undefined ? null : ActorContext.cellOf(context);
      over = thread.port.current === null ? context : undefined;
    },
    after() {
      thread.port.current = null;
      over = undefined;
    },
  });
  const onRejection = (reason: unknown, promise: Promise<unknown>): void => {
    const context = (promise as Owned)[owner];
    if (context !== undefined) {
      const cell = ActorContext.cellOf(context);
      // An incarnation that is over can fail no more.
      cell?.signal({ type: 'fault', error: asError(reason), incarnation: cell.incarnation });
      return;
    }
    if (!process.listeners('unhandledRejection').some((each) => isTakenBy(each, promise))) {
      throw reason;
    }
  };
  const isOurs = (promise: object): boolean => Object.hasOwn(promise, owner);
  Object.defineProperty(onRejection, OURS, { value: isOurs });
  process.on('unhandledRejection', onRejection);
  return () => {
    release();
    process.removeListener('unhandledRejection', onRejection);
  };
}

/** What is told of each promise of the thread. */
interface Hooks {
  init(promise: Promise<unknown>): void;
  before(promise: Promise<unknown>): void;
  after(): void;
}

/** Those of all systems on this thread, and how the ones that are set are taken off. */
const held: Hooks[] = [];
let unset: () => void = () => {};

/** Sets hooks beside those of other systems. @returns a function that takes them off */
function hold(hooks: Hooks): () => void {
  held.push(hooks);
  renew();
  return () => {
    held.splice(held.indexOf(hooks), 1);
    renew();
  };
}

/** Sets one for all: of several hooks Node copies the list at each step of each promise. */
function renew(): void {
  unset();
  const all = [...held];
  const [only] = all;
  unset = () => {};
  if (only === undefined) return;
  const set = all.length === 1 ? only : together(all);
  unset = promiseHooks.createHook(set as never) as unknown as () => void;
}

function together(all: readonly Hooks[]): Hooks {
  return {
    init(promise) {
      for (let i = 0; i < all.length; i++) all[i]!.init(promise);
    },
    before(promise) {
      for (let i = 0; i < all.length; i++) all[i]!.before(promise);
    },
    after() {
      for (let i = 0; i < all.length; i++) all[i]!.after();
    },
  };
}

/**
 * Resolves when Node has told of the promises that rejected in the turn before: it does so after all
 * microtasks, and what takes them has to be there until then.
 */
export function rejectionsTold(events: EventLoop): Promise<void> {
  return new Promise((resolve) => events.afterIo(resolve));
}

/** True when a listener for rejections takes this one: one of another system its own, any other all. */
function isTakenBy(listener: object, promise: object): boolean {
  const isOurs = (listener as { [OURS]?: (promise: object) => boolean })[OURS];
  return isOurs === undefined || isOurs(promise);
}
