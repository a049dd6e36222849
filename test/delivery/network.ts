import type { SeededRandom } from '../../runtime/base/random.js';
import type { ReceiverPacket, SenderPacket } from '../../runtime/delivery/packets.js';

/** A packet on its way. */
export type Flying =
  | { readonly to: 'receiver'; readonly packet: SenderPacket<number> }
  | { readonly to: 'sender'; readonly session: number; readonly packet: ReceiverPacket };

/** Packets under way between two sides. In bad times it loses, doubles and shuffles them. */
export class Network {
  readonly #random: SeededRandom;
  readonly #flying: Flying[] = [];
  isBad: boolean;
  lostCount = 0;

  constructor(random: SeededRandom, isBad: boolean) {
    this.#random = random;
    this.isBad = isBad;
  }

  send(flying: Flying): void {
    if (this.isBad) {
      if (this.#random.next() < 0.2) {
        this.lostCount++;
        return;
      }
      if (this.#random.next() < 0.15) this.#flying.push(flying);
    }
    this.#flying.push(flying);
  }

  /** Takes out the oldest packet for that side, or for any; in bad times not always the oldest. */
  take(to: Flying['to'] | 'any'): Flying | undefined {
    const isShuffled = this.isBad && this.#random.next() < 0.5;
    const from = isShuffled ? this.#random.below(this.#flying.length) : 0;
    const index = this.#flying.findIndex(
      (flying, at) => at >= from && (to === 'any' || flying.to === to),
    );
    return index < 0 ? undefined : this.#flying.splice(index, 1)[0];
  }

  /** The other side has died: what its thread had not published yet goes with it. */
  loseLast(to: Flying['to']): void {
    let count = this.#random.below(4);
    for (let index = this.#flying.length - 1; index >= 0 && count > 0; index--) {
      if (this.#flying[index]!.to !== to) continue;
      this.#flying.splice(index, 1);
      this.lostCount++;
      count--;
    }
  }
}
