/** Places before the first one in use that are kept until they are as many as the others. */
const LEAST_SLACK = 64;

/**
 * Who waits for which index of a leader's log. A leader's indexes only rise, so this is a list that moves along: no
 * allocation and no search for a proposal.
 */
export class WaitingProposals {
  /** The requests from index `#base` on, 0 for none. */
  #requests: number[] = [];
  #base = 0;
  #start = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** `request` waits for `index`, which is higher than all before. `request > 0` */
  add(index: number, request: number): void {
    if (this.#count === 0) {
      this.#requests.length = 0;
      this.#start = 0;
      this.#base = index;
    }
    while (this.#base + this.#requests.length < index) this.#requests.push(0);
    this.#requests.push(request);
    this.#count++;
  }

  /** That index was applied; indexes come in order. @returns who waited for it, or 0 */
  take(index: number): number {
    if (this.#count === 0 || index < this.#base + this.#start) return 0;
    const at = index - this.#base;
    const request = this.#requests[at] ?? 0;
    this.#start = at + 1;
    if (request !== 0) this.#count--;
    if (this.#start > LEAST_SLACK && this.#start * 2 > this.#requests.length) {
      this.#requests.splice(0, this.#start);
      this.#base += this.#start;
      this.#start = 0;
    }
    return request;
  }

  /** Nobody waits for this any more. */
  forget(request: number): void {
    const at = this.#requests.indexOf(request, this.#start);
    if (at < 0) return;
    this.#requests[at] = 0;
    this.#count--;
  }

  /** @returns all that wait; none does after this */
  takeAll(): number[] {
    const all = this.#requests.slice(this.#start).filter((request) => request !== 0);
    this.#count = 0;
    return all;
  }
}
