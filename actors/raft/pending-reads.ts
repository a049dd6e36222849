interface Read<Q> {
  readonly request: number;
  readonly query: Q;
}

interface Confirmed<Q> {
  readonly index: number;
  readonly reads: readonly Read<Q>[];
}

/**
 * The linearizable reads of one node, from their coming until the state may answer them. Reads that come
 * together are confirmed together, under one context.
 */
export class PendingReads<Q> {
  #context: number;
  #fresh: Read<Q>[] = [];
  /** By context; null while there are none. */
  #asked: Map<number, Read<Q>[]> | null = null;
  #confirmed: Confirmed<Q>[] = [];

  constructor(firstContext: number) {
    this.#context = firstContext;
  }

  get count(): number {
    return this.#fresh.length + (this.#asked?.size ?? 0) + this.#confirmed.length;
  }

  add(request: number, query: Q): void {
    this.#fresh.push({ request, query });
  }

  /** @returns the context under which all that came since the last call are to be confirmed */
  next(): number | undefined {
    if (this.#fresh.length === 0) return undefined;
    const context = this.#context++;
    this.#asked ??= new Map();
    this.#asked.set(context, this.#fresh);
    this.#fresh = [];
    return context;
  }

  /** @returns the requests that were not confirmed */
  confirm(context: number, index: number): number[] {
    const reads = this.#asked?.get(context);
    if (reads === undefined) return [];
    this.#asked!.delete(context);
    if (this.#asked!.size === 0) this.#asked = null;
    if (index < 0) return reads.map(({ request }) => request);
    this.#confirmed.push({ index, reads });
    return [];
  }

  /** @returns the requests that were asked for and are not confirmed; they are given up */
  takeAsked(): number[] {
    const asked = this.#asked?.values() ?? [];
    this.#asked = null;
    return [...asked].flatMap((reads) => reads.map(({ request }) => request));
  }

  /** The reads that a state may answer in which all up to `applied` is applied. */
  takeReadable(applied: number): readonly Read<Q>[] {
    if (this.#confirmed.length === 0) return [];
    const readable: Read<Q>[] = [];
    const later: Confirmed<Q>[] = [];
    for (const each of this.#confirmed) {
      if (each.index <= applied) readable.push(...each.reads);
      else later.push(each);
    }
    this.#confirmed = later;
    return readable;
  }

  forget(request: number): void {
    const keep = (reads: readonly Read<Q>[]): Read<Q>[] =>
      reads.filter((each) => each.request !== request);
    this.#fresh = keep(this.#fresh);
    for (const [context, reads] of this.#asked ?? []) {
      const left = keep(reads);
      if (left.length === 0) this.#asked!.delete(context);
      else this.#asked!.set(context, left);
    }
    this.#confirmed = this.#confirmed
      .map(({ index, reads }) => ({ index, reads: keep(reads) }))
      .filter(({ reads }) => reads.length > 0);
  }
}
