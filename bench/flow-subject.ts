import type { ActorRef, ActorSystem, Definition, Message, SystemOptions } from 'troupe';
import { type Flow, flowsByReceiver } from './flow.js';
import { check, type Figure, rate, type Subject } from './harness.js';
import { expectedSum, type LoadName } from './loads.js';
import { assertConserved, startSystem } from './system.js';
import type { Expect, SenderMessage } from './tell-actors.js';

/** What is told by whom to whom. */
export interface FlowPlan {
  readonly name: string;
  readonly system: SystemOptions;
  readonly sender: Definition<SenderMessage, unknown>;
  readonly receiver: Definition<Expect, unknown>;
  /** One sender each, and one receiver for all flows that end on a thread. */
  readonly flows: readonly Flow[];
  readonly load: LoadName;
  /** Messages of all senders in a round: a multiple of their number. */
  readonly count: number;
  readonly burst: number;
  readonly sizeBytes?: number;
}

/** Troupe in all benches of `tell`: senders that run free, receivers that add up. */
export class FlowSubject implements Subject {
  readonly name: string;
  readonly #plan: FlowPlan;
  #system: ActorSystem | undefined;
  #senders: ActorRef<SenderMessage>[] = [];
  /** By thread. */
  readonly #receivers = new Map<number, ActorRef<Expect>>();

  constructor(plan: FlowPlan) {
    this.name = plan.name;
    this.#plan = plan;
  }

  async open(): Promise<void> {
    const { sender, receiver, flows } = this.#plan;
    const system = await startSystem(this.#plan.system);
    this.#system = system;
    for (const placement of flowsByReceiver(flows).keys()) {
      this.#receivers.set(placement, system.spawn(receiver, {}, { placement }));
    }
    this.#senders = flows.map(([placement]) => system.spawn(sender, {}, { placement }));
    const actors = [...this.#receivers.values(), ...this.#senders];
    await Promise.all(actors.map((actor) => system.started(actor)));
  }

  async round(): Promise<readonly Figure[]> {
    const { flows, load, count, burst, sizeBytes = 0 } = this.#plan;
    const each = count / flows.length;
    const receivers = [...flowsByReceiver(flows)];
    const received = receivers.map(([thread, incoming]) =>
      this.#receivers.get(thread)!.ask({ type: 'expect', count: each * incoming }),
    );
    const sent = await Promise.all(
      this.#senders.map((sender, i) => {
        const to = this.#receivers.get(flows[i]![1])! as unknown as ActorRef<Message>;
        return sender.ask({ type: 'start', work: { to, count: each, burst, sizeBytes } });
      }),
    );
    const ends = await Promise.all(received);
    ends.forEach(({ sum }, i) => {
      const expected = expectedSum(load, each) * receivers[i]![1];
      check(sum === expected, () => `the sum is ${sum}, not ${expected}`);
    });
    await assertConserved(this.#system!);
    const startNs = Math.min(...sent.map((sender) => sender.startNs));
    const endNs = Math.max(...ends.map((end) => end.endNs));
    return [rate(count, endNs - startNs, 'msg/s')];
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}
