import type { ActorThread } from '../../worker/actor-thread.js';
import type { Letter } from './protocol.js';
import type { World } from './world.js';

/**
 * Holds that a message never overtakes a signal that its thread gave to the same thread before it. Counted
 * while no thread has died: what a dead one was about to write is not known.
 */
export class SignalOrderCheck {
  readonly #world: World;
  /** Signals from one thread to another so far, by `from>to`. */
  readonly #sent = new Map<string, number>();
  readonly #arrived = new Map<string, number>();
  /** Signals that were sent before a message, by its number. */
  readonly #before = new Map<number, number>();

  constructor(world: World) {
    this.#world = world;
  }

  get #isExact(): boolean {
    return this.#world.deaths === 0 && !this.#world.hasGivenBack && !this.#world.isGhost;
  }

  /** Listens at both ends of the channels of a thread. */
  observe(actors: ActorThread): void {
    const here = actors.thread;
    for (let member = 0; member < actors.control.members; member++) {
      const outbound = actors.mesh.to(member);
      if (outbound === null) continue;
      const pair = `${here}>${member}`;
      const signal = outbound.signal.bind(outbound);
      outbound.signal = (...given) => {
        count(this.#sent, pair);
        return signal(...given);
      };
      const message = outbound.message.bind(outbound);
      outbound.message = (...given) => {
        const { id } = given[1] as Partial<Letter>;
        if (id !== undefined) this.#before.set(id, this.#sent.get(pair) ?? 0);
        return message(...given);
      };
    }
    const { signals } = actors;
    const arrived = signals.arrived.bind(signals);
    signals.arrived = (from, to, signal) => {
      count(this.#arrived, `${from}>${here}`);
      arrived(from, to, signal);
    };
    const told = actors.told.bind(actors);
    actors.told = (from, creator, slot, generation, message, row) => {
      this.#check(from, here, message);
      told(from, creator, slot, generation, message, row);
    };
    const recipient = actors.recipient.bind(actors);
    actors.recipient = (from, ...address) => {
      const cell = recipient(from, ...address);
      if (cell === null) return null;
      return {
        arrived: (message) => {
          this.#check(from, here, message);
          cell.arrived(message);
        },
        get appendRoom() {
          return cell.appendRoom;
        },
        append: (message) => {
          this.#check(from, here, message);
          cell.append(message);
        },
        appended: (count) => cell.appended(count),
      };
    };
    const answered = actors.answered.bind(actors);
    actors.answered = (from, serial, slot, generation, value) => {
      this.#check(from, here, value);
      answered(from, serial, slot, generation, value);
    };
    const took = actors.arrived.bind(actors);
    actors.arrived = (arrival) => {
      this.#check(arrival.from, here, arrival.message);
      took(arrival);
    };
  }

  #check(from: number, here: number, message: unknown): void {
    const id = (message as Partial<Letter> | null)?.id;
    const before = typeof id === 'number' ? this.#before.get(id) : undefined;
    if (before === undefined || !this.#isExact) return;
    const arrived = this.#arrived.get(`${from}>${here}`) ?? 0;
    if (arrived >= before) return;
    const text = `message ${id} from thread ${from} overtakes ${before - arrived} signals`;
    this.#world.violate('signals-first', text);
  }
}

function count(counts: Map<string, number>, pair: string): void {
  counts.set(pair, (counts.get(pair) ?? 0) + 1);
}
