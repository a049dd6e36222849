import { HashRing, TroupeError } from '../../runtime/index.js';
import type { ResolvedStream } from './options.js';
import { overlaps } from './subject.js';
import { SubjectTrie } from './subject-trie.js';

/** A stream and what it is like. */
export interface StreamEntry {
  readonly name: string;
  readonly options: ResolvedStream;
}

/** All streams of a broker; whoever has the higher version knows better. */
export interface DirectoryData {
  readonly version: number;
  readonly shardCount: number;
  readonly streams: readonly StreamEntry[];
}

/** Ending of the name of the stream that holds a stream's dead letters. */
export const DEAD_SUFFIX = '.dead';

/** The stream whose dead letters one holds, or itself. */
export function sourceOf(name: string): string {
  return name.endsWith(DEAD_SUFFIX) ? name.slice(0, -DEAD_SUFFIX.length) : name;
}

/** What a stream is for good. */
const FIXED = ['retention', 'storage', 'place'] as const;

/** Subjects whose stream is remembered. */
const CACHE_COUNT = 65_536;

/** Where a subject is published. */
export interface Route {
  /** The one copy of the text that is kept, whoever has made it anew: so it is stored once, and found fast. */
  readonly subject: string;
  /** The stream that stores it; null when none does. */
  readonly entry: StreamEntry | null;
  readonly shard: number;
}

/** Which stream a subject belongs to, and which shard a stream. The same on every thread. */
export class Directory {
  readonly data: DirectoryData;
  readonly #ring: HashRing;
  readonly #entries = new Map<string, StreamEntry>();
  readonly #patterns = new SubjectTrie<StreamEntry>();
  #routes = new Map<string, Route>();

  constructor(data: DirectoryData) {
    this.data = data;
    const shards = Array.from({ length: data.shardCount }, (_, shard) => ({ id: `${shard}` }));
    this.#ring = new HashRing(shards);
    for (const entry of data.streams) {
      this.#entries.set(entry.name, entry);
      for (const pattern of entry.options.subjects) this.#patterns.add(pattern, entry);
    }
  }

  /** Where a subject is published that was asked for before, and so is well formed. */
  knownRoute(subject: string): Route | undefined {
    return this.#routes.get(subject);
  }

  /** Where a well-formed subject is published. */
  routeOf(subject: string): Route {
    const known = this.#routes.get(subject);
    if (known !== undefined) return known;
    const entry = this.#patterns.match(subject)[0] ?? null;
    const shard = this.#shardOf(entry === null ? subject : entry.options.place);
    const route = { subject, entry, shard };
    if (this.#routes.size >= CACHE_COUNT) this.#routes = new Map();
    this.#routes.set(subject, route);
    return route;
  }

  /** The stream that stores a subject; null when none does. */
  streamOf(subject: string): StreamEntry | null {
    return this.routeOf(subject).entry;
  }

  /** The shard that a subject is published to. */
  shardOfSubject(subject: string): number {
    return this.routeOf(subject).shard;
  }

  /**
   * The shard of a stream, also of one of dead letters.
   * @throws {TroupeError} ERR_BROKER_UNKNOWN
   */
  shardOfStream(name: string): number {
    const entry = this.#entries.get(sourceOf(name));
    if (entry === undefined) throw unknownStream(name);
    return this.#shardOf(entry.options.place);
  }

  /** The entry of that name. */
  entry(name: string): StreamEntry | undefined {
    return this.#entries.get(name);
  }

  /** The streams of one shard. */
  ofShard(shard: number): StreamEntry[] {
    return this.data.streams.filter(({ options }) => this.#shardOf(options.place) === shard);
  }

  /**
   * The directory with one stream more.
   * @throws {TroupeError} ERR_BROKER_STREAM when it has a name or a subject of another
   */
  with(entry: StreamEntry): DirectoryData {
    if (this.#entries.has(entry.name))
      throw taken(entry, `there is a stream ${entry.name} already`);
    return this.#with(this.data.streams, entry);
  }

  /**
   * The directory with other options of a stream.
   * @throws {TroupeError} ERR_BROKER_UNKNOWN; ERR_BROKER_STREAM when it has a subject of another, or is to become
   *   what it cannot while it has messages
   */
  updated(entry: StreamEntry): DirectoryData {
    const { name, options } = entry;
    const before = this.#entries.get(name);
    if (before === undefined) throw unknownStream(name);
    for (const key of FIXED) {
      if (before.options[key] === options[key]) continue;
      throw new TroupeError('ERR_BROKER_STREAM', {
        what: `${key} is ${before.options[key]} and cannot become ${options[key]}`,
        where: `stream ${name}`,
        mend: 'make another stream, and move the messages',
      });
    }
    return this.#with(
      this.data.streams.filter((each) => each !== before),
      entry,
    );
  }

  /** The directory without a stream. @throws {TroupeError} ERR_BROKER_UNKNOWN */
  without(name: string): DirectoryData {
    if (!this.#entries.has(name)) throw unknownStream(name);
    const { version, shardCount, streams } = this.data;
    const left = streams.filter((entry) => entry.name !== name);
    return { version: version + 1, shardCount, streams: left };
  }

  #with(others: readonly StreamEntry[], entry: StreamEntry): DirectoryData {
    const { version, shardCount } = this.data;
    for (const other of others) {
      const pattern = other.options.subjects.find((one) =>
        entry.options.subjects.some((each) => overlaps(one, each)),
      );
      if (pattern !== undefined)
        throw taken(entry, `stream ${other.name} has '${pattern}' already`);
    }
    return { version: version + 1, shardCount, streams: [...others, entry] };
  }

  #shardOf(place: string): number {
    return Number(this.#ring.nodes[this.#ring.indexOf(place)]!.id);
  }
}

function taken({ name }: StreamEntry, what: string): TroupeError {
  return new TroupeError('ERR_BROKER_STREAM', {
    what,
    where: `stream ${name}`,
    mend: 'use another name, and subjects that no other stream has',
  });
}

/** There is no stream of that name. */
export function unknownStream(name: string): TroupeError {
  return new TroupeError('ERR_BROKER_UNKNOWN', {
    what: `there is no stream '${String(name).slice(0, 80)}'`,
    mend: 'create it, or look at its name',
  });
}
