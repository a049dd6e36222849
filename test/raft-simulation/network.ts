import type { RaftMessage } from '../../actors/raft/messages.js';
import type { Coverage } from './coverage.js';
import type { Dice } from './dice.js';
import { ELECTION_TICKS, type Settings, TICK } from './program.js';

/** What becomes of one message: when its copies arrive, and as what. */
export interface Delivery {
  readonly delay: number;
  readonly message: RaftMessage;
}

/** Links that lose, double, delay and reorder, and can be cut in one direction. */
export class Network {
  readonly #dice: Dice;
  readonly #settings: Settings;
  readonly #cut = new Set<number>();
  /** What messages to a node take longer than others. */
  readonly #lags = new Map<number, number>();
  /** What messages of one type to a node take longer than others. */
  readonly #starved = new Map<string, number>();
  /** Links that are cut for as long as they are whole, in turn. */
  readonly #flapping = new Map<number, number>();
  readonly #coverage: Coverage;
  /** No faults any more, and short ways. */
  isCalm = false;

  constructor(dice: Dice, settings: Settings, coverage: Coverage) {
    this.#dice = dice;
    this.#settings = settings;
    this.#coverage = coverage;
  }

  isCut(from: number, to: number, now: number): boolean {
    const link = from * 100 + to;
    const period = this.#flapping.get(link);
    if (period !== undefined && Math.floor(now / period) % 2 === 1) {
      this.#coverage.met('a message was lost because its link flaps');
      return true;
    }
    return this.#cut.has(link);
  }

  cut(from: number, to: number): void {
    this.#cut.add(from * 100 + to);
  }

  /** All that is sent to a node arrives later by `time`, and in its order all the same. */
  lag(to: number, time: number): void {
    this.#lags.set(to, time);
  }

  /** One class of messages to a node arrives later by `time`, and others overtake it. */
  starve(to: number, type: RaftMessage['type'], time: number): void {
    this.#starved.set(`${to}:${type}`, time);
  }

  /** A link is whole for `period`, then cut for as long, and so on. */
  flap(from: number, to: number, period: number): void {
    this.#flapping.set(from * 100 + to, period);
  }

  heal(): void {
    this.#cut.clear();
    this.#starved.clear();
    this.#flapping.clear();
    this.#lags.clear();
  }

  /** Chance of one way. */
  delay(): number {
    const { delay, tailRate } = this.#settings;
    if (this.isCalm) return 1;
    if (this.#dice.chance(tailRate)) return this.#dice.next() * 10 * ELECTION_TICKS * TICK;
    return 0.1 + this.#dice.next() * delay;
  }

  /** Whether something between a client and a node is lost. */
  losesRequest(): boolean {
    return !this.isCalm && this.#dice.chance(this.#settings.dropRate);
  }

  /** The copies of a message that are on their way. */
  send(message: RaftMessage): readonly Delivery[] {
    const { dropRate, doubleRate, truncateRate } = this.#settings;
    const dice = this.#dice;
    if (this.isCalm) return [{ delay: 1, message }];
    if (dice.chance(dropRate)) return [];
    let sent = message;
    if (message.type === 'snapshot' && dice.chance(truncateRate)) {
      const data = message.data.subarray(0, message.data.length >>> 1);
      sent = { ...message, data };
    }
    const starved = this.#starved.get(`${message.to}:${message.type}`) ?? 0;
    if (starved > 0) this.#coverage.met('one class of messages was late');
    const lag = (this.#lags.get(message.to) ?? 0) + starved;
    const first = { delay: lag + this.delay(), message: sent };
    if (!dice.chance(doubleRate)) return [first];
    return [first, { delay: lag + this.delay(), message: sent }];
  }
}
