/**
 * What reliable delivery promises, checked as messages are handled. A message is known by the order in which the user
 * gave it, from 1.
 */
export class Promises {
  readonly faults: string[] = [];
  /** Messages of senders without a journal that were lost with them. */
  readonly abandoned = new Set<number>();
  /** How often each was handled, by all incarnations of the receiver. */
  readonly #handled = new Map<number, number>();
  /** By the present incarnation. */
  #handledNow = new Set<number>();
  /** The last of each stream that the present incarnation has handled. */
  #lastNow = new Map<string, number>();
  /** The number before the first of each stream. */
  readonly #bases = new Map<string, number>();
  step = 0;

  get handledCount(): number {
    return this.#handled.size;
  }

  /** Messages that were handled more than once. */
  get repeatedCount(): number {
    return [...this.#handled.values()].filter((times) => times > 1).length;
  }

  streamBegins(stream: string, base: number): void {
    if (!this.#bases.has(stream)) this.#bases.set(stream, base);
  }

  receiverBegins(): void {
    this.#handledNow = new Set();
    this.#lastNow = new Map();
  }

  /** A message is given to the handler: once for each incarnation, in order, without a gap. */
  begins(stream: string, message: number): void {
    if (this.#handledNow.has(message)) this.fault(`message ${message} is handled twice`);
    const last = this.#lastNow.get(stream) ?? 0;
    if (message <= last) this.fault(`message ${message} comes after ${last}`);
    for (let n = this.#bases.get(stream)! + 1; n < message; n++) {
      if (!this.#handled.has(n)) this.fault(`message ${message} is handled before ${n}`);
    }
  }

  finished(stream: string, message: number): void {
    this.#handledNow.add(message);
    this.#lastNow.set(stream, message);
    this.#handled.set(message, (this.#handled.get(message) ?? 0) + 1);
  }

  /** The sender is told that all these were handled. */
  confirmed(from: number, through: number): void {
    for (let n = from; n <= through; n++) {
      if (!this.#handled.has(n)) this.fault(`message ${n} is confirmed, but was not handled`);
    }
  }

  /** All is over. */
  allHandled(count: number): void {
    for (let n = 1; n <= count; n++) {
      if (!this.#handled.has(n) && !this.abandoned.has(n)) this.fault(`message ${n} was lost`);
    }
  }

  fault(what: string): void {
    if (this.faults.length < 10) this.faults.push(`step ${this.step}: ${what}`);
  }
}
