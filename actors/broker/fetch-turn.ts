import type { PullSource } from './consumer.js';
import type { Delivery } from './delivery.js';
import type { GroupOptions } from './options.js';
import type { StandardSchema } from './schema.js';
import type { Wants } from './shard-protocol.js';

/** Fetches of one turn from one shard, in their order: columns instead of an object for each. */
export class FetchTurn {
  readonly sources: PullSource[] = [];
  readonly counts: number[] = [];
  readonly bytes: number[] = [];
  readonly expiresMs: number[] = [];
  readonly resolves: ((deliveries: Delivery[]) => void)[] = [];
  readonly rejects: ((error: unknown) => void)[] = [];
  /** To make the group with; null as long as none has any. */
  #creates: (GroupOptions | null)[] | null = null;
  /** Null as long as none has any. */
  #schemas: (StandardSchema | undefined)[] | null = null;
  readonly #take = (
    resolve: (deliveries: Delivery[]) => void,
    reject: (error: unknown) => void,
  ): void => {
    this.resolves.push(resolve);
    this.rejects.push(reject);
  };

  /** Fetches so far. */
  get length(): number {
    return this.sources.length;
  }

  /** Adds a fetch behind the others. @returns what comes of it */
  add(
    source: PullSource,
    create: GroupOptions | null,
    count: number,
    bytes: number,
    expiresMs: number,
    schema: StandardSchema | undefined,
  ): Promise<Delivery[]> {
    const at = this.sources.length;
    this.sources.push(source);
    this.counts.push(count);
    this.bytes.push(bytes);
    this.expiresMs.push(expiresMs);
    if (create !== null || this.#creates !== null) {
      this.#creates ??= new Array<GroupOptions | null>(at).fill(null);
      this.#creates.push(create);
    }
    if (schema !== undefined || this.#schemas !== null) {
      this.#schemas ??= new Array<StandardSchema | undefined>(at).fill(undefined);
      this.#schemas.push(schema);
    }
    return new Promise(this.#take);
  }

  /** What a fetch makes its group with when it is not there. */
  createOf(at: number): GroupOptions | null {
    return this.#creates === null ? null : this.#creates[at]!;
  }

  /** What the payloads of a fetch have to fit. */
  schemaOf(at: number): StandardSchema | undefined {
    return this.#schemas === null ? undefined : this.#schemas[at];
  }

  /** As a shard wants them. */
  wants(): Wants {
    const { sources, counts, bytes } = this;
    const { stream } = sources[0]!;
    const groups: string[] = [];
    let isOneStream = true;
    for (let i = 0; i < sources.length; i++) {
      const source = sources[i]!;
      groups.push(source.group);
      isOneStream &&= source.stream === stream;
    }
    const streams = isOneStream ? null : sources.map((source) => source.stream);
    return { stream, streams, groups, counts, bytes, options: this.#creates };
  }
}
