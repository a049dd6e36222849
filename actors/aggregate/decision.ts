import { type Append, type Put, type Transaction, TroupeError } from '../../runtime/index.js';
import type { Decider, InlinePut, Rejection } from './aggregate-spec.js';
import type { DomainEvent, StoredEvent } from './recorded-event.js';
import { isSnapshotDue, snapshotPut } from './snapshot.js';

/** What makes events more than data: ids and the wall time, as arguments of the pure core. */
export interface EventStamp {
  /** A new id, unique in the store. */
  nextId(): string;
  /** Wall time in milliseconds. */
  nowMs(): number;
}

/** What is known of a command when its events are recorded. */
export interface Causes {
  readonly correlationId: string;
  readonly causationId: string;
}

/** Of deciders without inline projections; never written to. */
const NO_PUTS = new Map<string, Put>();
const NOTHING: InlinePut[] = [];

/**
 * What a few commands in a row lead to, not yet written: each decides on the state that the one before it
 * has left. All of it becomes one append.
 */
export class Decision {
  readonly #decider: Decider;
  readonly #aggregateId: string;
  readonly #stream: string;
  readonly #stamp: EventStamp;
  readonly #base: number;
  readonly #values: StoredEvent[] = [];
  /** Inline puts by table and key, and those of the command in hand. */
  readonly #inline: Map<string, Put>;
  readonly #fresh: InlinePut[];
  #state: unknown;

  /** @param stream of the aggregate @param version of the aggregate before */
  constructor(
    decider: Decider,
    aggregateId: string,
    stream: string,
    stamp: EventStamp,
    state: unknown,
    version: number,
  ) {
    this.#decider = decider;
    this.#aggregateId = aggregateId;
    this.#stream = stream;
    this.#stamp = stamp;
    this.#state = state;
    this.#base = version;
    this.#inline = decider.inline.length === 0 ? NO_PUTS : new Map();
    this.#fresh = decider.inline.length === 0 ? NOTHING : [];
  }

  get state(): unknown {
    return this.#state;
  }

  get version(): number {
    return this.#base + this.#values.length;
  }

  get eventCount(): number {
    return this.#values.length;
  }

  /**
   * Decides one command. A rejection and an error change nothing.
   * @returns the number of events, or the rejection
   * @throws {TroupeError} ERR_AGGREGATE_DECISION when the user's code throws, or answers no known event
   */
  decide(command: unknown, causes: Causes): number | Rejection {
    const decided = this.#decide(command);
    if (!Array.isArray(decided)) return decided as Rejection;
    const events = decided as readonly DomainEvent[];
    const [state, count] = [this.#state, this.#values.length];
    try {
      for (let i = 0; i < events.length; i++) this.#record(events[i]!, causes);
    } catch (error) {
      this.#state = state;
      this.#values.length = count;
      this.#fresh.length = 0;
      throw error;
    }
    if (this.#decider.inline.length > 0) this.#takePuts();
    return events.length;
  }

  #decide(command: unknown): readonly DomainEvent[] | Rejection {
    let decided: unknown;
    try {
      decided = this.#decider.decide(this.#state, command);
    } catch (cause) {
      throw this.#misbehaved('decide threw', cause);
    }
    if (!Array.isArray(decided) && typeof (decided as Rejection | null)?.code !== 'string') {
      throw this.#misbehaved('decide answered neither events nor a rejection with a code');
    }
    return decided as readonly DomainEvent[] | Rejection;
  }

  #record(event: DomainEvent, { correlationId, causationId }: Causes): void {
    const schemaVersion = this.#decider.versions.get(event?.type);
    if (schemaVersion === undefined) {
      throw this.#misbehaved(`decide answered an event of unknown type '${event?.type}'`);
    }
    try {
      this.#state = this.#decider.evolve(this.#state, event);
    } catch (cause) {
      throw this.#misbehaved(`evolve threw at '${event.type}'`, cause);
    }
    const id = this.#stamp.nextId();
    const recordedAt = this.#stamp.nowMs();
    const stored = { id, schemaVersion, recordedAt, correlationId, causationId, event };
    this.#values.push(stored);
    if (this.#decider.inline.length > 0) this.#project(stored);
  }

  #project(stored: StoredEvent<DomainEvent>): void {
    const { version } = this;
    const recorded = { ...stored, aggregateId: this.#aggregateId, version, position: '' };
    try {
      for (const project of this.#decider.inline)
        this.#fresh.push(...project(recorded, this.#state));
    } catch (cause) {
      throw this.#misbehaved(`an inline projection threw at '${stored.event.type}'`, cause);
    }
  }

  /** Takes over the puts of a command that went well. A key may be named once in a transaction: the last one counts. */
  #takePuts(): void {
    for (const { table, key, value } of this.#fresh.splice(0)) {
      this.#inline.set(`${table.length}:${table}${key}`, { table, key, value });
    }
  }

  /** The append with its expectation. @param epoch undefined where the writer is not the live aggregate */
  append(epoch: number | undefined): Append {
    const [stream, expected, values] = [this.#stream, this.#base, this.#values];
    return epoch === undefined ? { stream, expected, values } : { stream, expected, values, epoch };
  }

  /** What goes with the events: inline projections, and a snapshot when one is due. */
  puts(): Put[] {
    const puts = this.#inline.size === 0 ? [] : [...this.#inline.values()];
    if (isSnapshotDue(this.#decider, this.#base, this.version)) {
      puts.push(snapshotPut(this.#decider, this.#stream, this.version, this.#state));
    }
    return puts;
  }

  /** Everything as one transaction. @param records of commands with an id */
  transaction(epoch: number, records: readonly Put[]): Transaction {
    const appends = [this.append(epoch)];
    const puts = this.puts();
    for (const record of records) puts.push(record);
    return puts.length === 0 ? { appends } : { appends, puts };
  }

  #misbehaved(what: string, cause?: unknown): TroupeError {
    return new TroupeError('ERR_AGGREGATE_DECISION', {
      what: cause === undefined ? what : `${what}: ${String(cause)}`,
      where: `${this.#stream} at version ${this.version}`,
      mend: 'decide and evolve are pure and do not throw: give a rejection with a code',
      ...(cause === undefined ? {} : { cause }),
    });
  }
}
