import type { ActorRef, ActorSystem, Definition, Message, SystemOptions } from 'troupe';
import { check, type Figure, rate, type Subject } from './harness.js';
import { expectedSum, type LoadName } from './loads.js';
import { assertConserved, startSystem } from './system.js';
import type { Expect, SenderMessage } from './tell-actors.js';

/** What is told by whom and where. */
export interface TellPlan {
  readonly name: string;
  readonly system: SystemOptions;
  readonly sender: Definition<SenderMessage, unknown>;
  readonly receiver: Definition<Expect, unknown>;
  /** Thread of each sender, and of the receiver. */
  readonly senderThreads: readonly number[];
  readonly receiverThread: number;
  readonly load: LoadName;
  /** Messages of all senders in a round: a multiple of their number. */
  readonly count: number;
  readonly burst: number;
  readonly sizeBytes?: number;
}

/** Troupe in all benches of `tell`: senders that run free, one receiver that adds up. */
export class TellSubject implements Subject {
  readonly name: string;
  readonly #plan: TellPlan;
  #system: ActorSystem | undefined;
  #senders: ActorRef<SenderMessage>[] = [];
  #receiver: ActorRef<Expect> | undefined;

  constructor(plan: TellPlan) {
    this.name = plan.name;
    this.#plan = plan;
  }

  async open(): Promise<void> {
    const { sender, senderThreads, receiver, receiverThread } = this.#plan;
    const system = await startSystem(this.#plan.system);
    this.#system = system;
    this.#receiver = system.spawn(receiver, {}, { placement: receiverThread });
    this.#senders = senderThreads.map((placement) => system.spawn(sender, {}, { placement }));
    await Promise.all([this.#receiver, ...this.#senders].map((actor) => system.started(actor)));
  }

  async round(): Promise<readonly Figure[]> {
    const { load, count, burst, sizeBytes = 0 } = this.#plan;
    const to = this.#receiver!;
    const each = count / this.#senders.length;
    const received = to.ask({ type: 'expect', count });
    const work = {
      to: to as unknown as ActorRef<Message>,
      count: each,
      burst,
      sizeBytes,
    };
    const sent = await Promise.all(this.#senders.map((s) => s.ask({ type: 'start', work })));
    const startNs = Math.min(...sent.map((sender) => sender.startNs));
    const { endNs, sum } = await received;
    const expected = expectedSum(load, each) * sent.length;
    check(sum === expected, () => `the sum is ${sum}, not ${expected}`);
    await assertConserved(this.#system!);
    return [rate(count, endNs - startNs, 'msg/s')];
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}
