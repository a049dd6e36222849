import { AssertionError } from 'node:assert';
import type { ExitReason } from '../actor/exit-reason.js';
import type { Requester } from '../actor/requester.js';
import { checkMade } from '../base/check-made.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import type { Message } from '../ref/protocol.js';
import type { ActorSystem } from '../system/actor-system.js';
import { type Inbox, openInbox, PROBE_WATCH, Probe } from './probe-actor.js';

/** How a probe waits: on the clock of the machine, or in the virtual time of a simulation. */
export interface ProbeTime {
  /** Waits until the condition holds, at most `withinMs`. `onNews` is called when it may have changed. */
  until(inbox: Inbox, condition: () => boolean, withinMs: number): Promise<boolean>;
}

/** Milliseconds that a probe waits when nothing else is said. */
export const DEFAULT_WITHIN_MS = 1000;

const realTime: ProbeTime = {
  until: (inbox, condition, withinMs) =>
    new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timeout);
        inbox.onNews = () => {};
        resolve(condition());
      };
      const timeout = setTimeout(finish, withinMs);
      inbox.onNews = () => {
        if (condition()) finish();
      };
      if (condition()) finish();
    }),
};

/**
 * An actor that is a test's eyes and ears: it takes down what it is told and asked, watches others, and the
 * test looks at it in order. Works with a real system and, through `simulation.probe()`, in virtual time.
 *
 * @example
 * const probe = TestProbe.start<Order>(system);
 * shop.tell({ type: 'subscribe', who: probe.ref });
 * const order = await probe.expectMessage();
 * await system.stopActor(shop);
 * const reason = await probe.expectTerminated(shop);
 *
 * @typeParam M what it can be told
 */
export class TestProbe<M extends Message = Message> {
  /** The probe as other actors see it. */
  readonly ref: ActorRef<M>;
  readonly #inbox: Inbox;
  readonly #time: ProbeTime;
  readonly #watched = new Set<string>();
  #requester: Requester | null = null;

  private constructor(ref: ActorRef<M>, inbox: Inbox, time: ProbeTime) {
    checkMade(time !== undefined, 'TestProbe', 'TestProbe.start(system) or simulation.probe()');
    this.ref = ref;
    this.#inbox = inbox;
    this.#time = time;
  }

  /** Starts a probe. @param time how it waits; on the clock of the machine when left out */
  static start<M extends Message = Message>(
    system: ActorSystem,
    time: ProbeTime = realTime,
  ): TestProbe<M> {
    const inbox: Inbox = { messages: [], ended: [], onNews: () => {} };
    const ref = system.spawn(Probe, { inbox: openInbox(inbox) }, { placement: 'main' });
    return new TestProbe(ref as unknown as ActorRef<M>, inbox, time);
  }

  /**
   * The next message, in the order of their arrival.
   * @throws {AssertionError} when none comes within `withinMs`
   */
  async expectMessage(withinMs = DEFAULT_WITHIN_MS): Promise<M> {
    const { messages } = this.#inbox;
    const isThere = await this.#time.until(this.#inbox, () => messages.length > 0, withinMs);
    if (!isThere) throw new AssertionError({ message: `no message came within ${withinMs} ms` });
    const { message, requester } = messages.shift()!;
    this.#requester = requester;
    return message as M;
  }

  /** Answers the request that `expectMessage` gave last. @throws {AssertionError} when it was told, not asked */
  reply(value: unknown): void {
    if (this.#requester === null) {
      throw new AssertionError({ message: 'the last message was told, not asked' });
    }
    this.#requester.reply(value);
    this.#requester = null;
  }

  /**
   * Lets `forMs` pass in which no message may come.
   * @throws {AssertionError} naming the message that came
   */
  async expectNoMessage(forMs: number): Promise<void> {
    const { messages } = this.#inbox;
    if (!(await this.#time.until(this.#inbox, () => messages.length > 0, forMs))) return;
    const { type } = messages[0]!.message;
    throw new AssertionError({ message: `'${type}' came, although nothing should have` });
  }

  /** Begins to watch an actor, so that its end is noticed whenever it is asked for. */
  watch(actor: AnyRef): void {
    if (this.#watched.has(actor.id)) return;
    this.#watched.add(actor.id);
    const message = { type: PROBE_WATCH, actor };
    (this.ref as unknown as ActorRef<{ type: string }>).tell(message);
  }

  /**
   * Waits for the end of an actor, also one that is gone already. @returns the reason
   * @throws {AssertionError} when it has not ended within `withinMs`
   */
  async expectTerminated(actor: AnyRef, withinMs = DEFAULT_WITHIN_MS): Promise<ExitReason> {
    this.watch(actor);
    const { ended } = this.#inbox;
    const index = (): number => ended.findIndex((event) => event.actor.equals(actor));
    if (!(await this.#time.until(this.#inbox, () => index() >= 0, withinMs))) {
      throw new AssertionError({ message: `${String(actor)} has not ended within ${withinMs} ms` });
    }
    this.#watched.delete(actor.id);
    return ended.splice(index(), 1)[0]!.reason;
  }
}
