import { SeededRandom } from '../../runtime/base/random.js';
import { DeliveryReceiver, type ReceiverEffect } from '../../runtime/delivery/delivery-receiver.js';
import { DeliverySender, type SenderEffect } from '../../runtime/delivery/delivery-sender.js';
import type { SenderPacket } from '../../runtime/delivery/packets.js';
import { resolveBackoff } from '../../runtime/supervision/backoff.js';
import { Network } from './network.js';
import { Promises } from './promises.js';

/** How a run is made; what is left out comes from the seed. */
export interface Scenario {
  readonly seed: number;
  /** Messages to be sent. */
  readonly messageCount: number;
  /** With a journal, a sender's next session goes on where the former was. */
  readonly hasJournal: boolean;
  readonly senderDies: boolean;
  readonly receiverDies: boolean;
  /** Loss, doubles and any order; false: what is sent arrives, in order. */
  readonly badNetwork: boolean;
}

/** What happened in a run. */
export interface Outcome {
  /** Broken promises, each with its step; empty if all is well. */
  readonly faults: readonly string[];
  readonly steps: number;
  readonly handledCount: number;
  /** Messages handled a second time, by a later incarnation. */
  readonly repeatedCount: number;
  readonly senderDeaths: number;
  readonly receiverDeaths: number;
  readonly transmissions: number;
  readonly lost: number;
}

/** Steps of trouble at most, then of peace: everything must be done in those. */
const TROUBLE_STEPS = 600;
const PEACE_STEPS = 20_000;
const CAPACITY = 8;
const RESEND = resolveBackoff({ minMs: 10, maxMs: 80 }, 'resend');

/**
 * One sender, one receiver and the network between them, driven step by step by a seed. A message is the number of
 * the order in which the user gave it. The sender's journal is perfect: it knows a message before it
 * is sent, and hears of confirmations late or never.
 */
class Simulation {
  readonly #scenario: Scenario;
  readonly #random: SeededRandom;
  readonly #network: Network;
  readonly #windowCount: number;
  readonly #promises = new Promises();
  #sender: DeliverySender<number>;
  #receiver: DeliveryReceiver<number, number>;
  #session = 0;
  #epoch = 0;
  #step = 0;
  #nowMs = 0;
  #timerAtMs = Number.POSITIVE_INFINITY;
  /** The user's messages given out so far. */
  #given = 0;
  #journalConfirmed = 0;
  /** Without a journal each session is a stream of its own, whose numbers begin behind those of the former. */
  #base = 0;
  #confirmed = 0;
  #inHand: {
    readonly stream: string;
    readonly message: number;
    readonly untilStep: number;
  } | null = null;
  #grantThrough = 0;
  #senderDeaths = 0;
  #receiverDeaths = 0;
  #transmissions = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#random = new SeededRandom(scenario.seed);
    this.#network = new Network(this.#random, scenario.badNetwork);
    this.#windowCount = 1 + this.#random.below(6);
    this.#receiver = this.#makeReceiver();
    this.#sender = this.#makeSender();
  }

  run(): Outcome {
    const troubleSteps = this.#random.below(TROUBLE_STEPS);
    const end = troubleSteps + PEACE_STEPS;
    for (this.#step = 0; this.#step < end && !this.#isDone(); this.#step++) {
      this.#promises.step = this.#step;
      const isPeace = this.#step >= troubleSteps;
      if (isPeace) this.#network.isBad = false;
      if (isPeace || !this.#dies()) this.#turn();
    }
    if (!this.#isDone()) {
      this.#promises.fault(
        `stuck in state ${this.#sender.state} with ${this.#confirmed} confirmed`,
      );
    }
    this.#promises.allHandled(this.#given);
    return {
      faults: this.#promises.faults,
      steps: this.#step,
      handledCount: this.#promises.handledCount,
      repeatedCount: this.#promises.repeatedCount,
      senderDeaths: this.#senderDeaths,
      receiverDeaths: this.#receiverDeaths,
      transmissions: this.#transmissions,
      lost: this.#network.lostCount,
    };
  }

  #isDone(): boolean {
    return (
      this.#given === this.#scenario.messageCount &&
      this.#sender.unconfirmedCount === 0 &&
      this.#inHand === null
    );
  }

  #turn(): void {
    this.#nowMs += this.#random.next() * 3;
    if (this.#nowMs >= this.#timerAtMs) {
      this.#timerAtMs = Number.POSITIVE_INFINITY;
      this.#carryOut(this.#sender.timer());
      return;
    }
    if (this.#inHand !== null) {
      if (this.#step >= this.#inHand.untilStep) this.#finishHandling();
      else this.#deliver('sender');
      return;
    }
    const chance = this.#random.next();
    if (chance < 0.3) this.#give();
    else this.#deliver('any');
  }

  /** @returns true when somebody died */
  #dies(): boolean {
    const { senderDies, receiverDies } = this.#scenario;
    const chance = this.#random.next();
    if (senderDies && chance < 0.01) {
      this.#senderDeaths++;
      this.#network.loseLast('receiver');
      if (!this.#scenario.hasJournal) this.#abandon();
      this.#sender = this.#makeSender();
      return true;
    }
    if (receiverDies && chance > 0.98) {
      this.#receiverDeaths++;
      // A handler that fails ends its incarnation orderly: it says good-bye. One that is killed does not.
      const isKilled = this.#random.next() < 0.5;
      const farewell = isKilled ? [] : this.#receiver.close();
      if (isKilled) this.#network.loseLast('sender');
      this.#inHand = null;
      this.#answer(farewell);
      this.#receiver = this.#makeReceiver();
      return true;
    }
    return false;
  }

  #makeReceiver(): DeliveryReceiver<number, number> {
    this.#promises.receiverBegins();
    return new DeliveryReceiver({
      epoch: this.#epoch++,
      windowCount: this.#windowCount,
      dormantCount: 10,
    });
  }

  #makeSender(): DeliverySender<number> {
    const { hasJournal } = this.#scenario;
    const former = this.#session++;
    const stream = hasJournal ? 'durable' : `session ${this.#session}`;
    if (!hasJournal) this.#base = this.#given;
    this.#promises.streamBegins(stream, this.#base);
    // The receiver hears of the end of a sender sooner or later than of the next one.
    if (former > 0 && this.#random.next() < 0.5) {
      this.#receiver.gone(hasJournal ? stream : `session ${former}`, former);
    }
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    this.#grantThrough = 0;
    const sender = new DeliverySender<number>(
      {
        stream,
        session: this.#session,
        durable: hasJournal,
        capacityCount: CAPACITY,
        resend: RESEND,
        confirmedThrough: hasJournal ? this.#journalConfirmed : 0,
      },
      this.#random,
    );
    this.#sender = sender;
    if (hasJournal) {
      for (let message = this.#journalConfirmed + 1; message <= this.#given; message++) {
        sender.restore(message);
      }
      this.#carryOut(sender.start());
    }
    return sender;
  }

  #abandon(): void {
    for (let n = this.#given - this.#sender.unconfirmedCount + 1; n <= this.#given; n++) {
      this.#promises.abandoned.add(n);
    }
    this.#confirmed = this.#given;
  }

  #give(): void {
    if (this.#given === this.#scenario.messageCount) return;
    const effects = this.#sender.send(this.#given + 1);
    if (effects === 'full') {
      if (this.#sender.unconfirmedCount < CAPACITY) this.#promises.fault('full, but it has room');
      return;
    }
    if (effects === 'gone') {
      this.#promises.fault('gone, but the receiver lives');
      return;
    }
    this.#given++;
    this.#carryOut(effects);
  }

  #carryOut(effects: readonly SenderEffect<number>[]): void {
    for (const effect of effects) {
      if (effect.type === 'transmit') this.#transmit(effect.packet);
      else if (effect.type === 'start-timer') {
        if (this.#timerAtMs !== Number.POSITIVE_INFINITY) this.#promises.fault('a second timer');
        this.#timerAtMs = this.#nowMs + effect.delayMs;
      } else if (effect.type === 'confirmed') this.#confirm(effect.through + this.#base);
      else this.#promises.fault('abandoned, but the receiver lives');
    }
    // With a journal a session may take over what several former ones had left unconfirmed.
    if (!this.#scenario.hasJournal && this.#sender.unconfirmedCount > CAPACITY) {
      this.#promises.fault('the buffer is larger than its capacity');
    }
  }

  #confirm(through: number): void {
    this.#promises.confirmed(this.#confirmed + 1, through);
    this.#confirmed = Math.max(this.#confirmed, through);
    if (this.#random.next() < 0.7) this.#journalConfirmed = this.#confirmed;
  }

  #transmit(packet: SenderPacket<number>): void {
    this.#transmissions++;
    if (packet.kind === 'data' && packet.probeThrough === 0) {
      const { sequence } = packet;
      if (sequence > this.#grantThrough) this.#promises.fault(`${sequence} was not granted`);
    }
    this.#network.send({ to: 'receiver', packet });
  }

  #answer(effects: readonly ReceiverEffect<number, number>[]): void {
    for (const effect of effects) {
      if (effect.type === 'reply') {
        this.#network.send({ to: 'sender', session: effect.to, packet: effect.packet });
      } else if (effect.type === 'handle') {
        const { stream, message } = effect;
        this.#promises.begins(stream, message);
        this.#inHand = { stream, message, untilStep: this.#step + this.#random.below(10) };
      }
    }
  }

  #finishHandling(): void {
    const { stream, message } = this.#inHand!;
    this.#inHand = null;
    this.#promises.finished(stream, message);
    this.#answer(this.#receiver.handled());
  }

  /** Hands over one packet. */
  #deliver(to: 'any' | 'sender'): void {
    const flying = this.#network.take(to);
    if (flying === undefined) return;
    if (flying.to === 'sender') {
      if (flying.session !== this.#session) return;
      const { packet } = flying;
      if (packet.kind !== 'reset') {
        this.#grantThrough = Math.max(this.#grantThrough, packet.grantThrough);
      }
      this.#carryOut(this.#sender.receive(packet));
      return;
    }
    const { packet } = flying;
    const effects =
      packet.kind === 'open'
        ? this.#receiver.open(packet, packet.session)
        : this.#receiver.data(packet, packet.session);
    this.#answer(effects);
  }
}

/** Runs one scenario to its end. */
export function simulate(scenario: Scenario): Outcome {
  return new Simulation(scenario).run();
}
