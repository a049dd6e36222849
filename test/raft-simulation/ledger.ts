import type { Configuration } from '../../actors/raft/configuration.js';
import { ENTRY_KIND, type Entry } from '../../actors/raft/entry.js';
import { majorityReached } from '../../actors/raft/quorum.js';
import type { Coverage } from './coverage.js';
import type { KvCommand } from './kv.js';
import { expect } from './violation.js';

/** What is known of an entry once any node holds it as committed. */
interface Row {
  readonly term: number;
  readonly hash: number;
  /** Term in which it was first seen as committed. */
  readonly seenIn: number;
}

const hashes = new WeakMap<Entry, number>();

/** A hash of what an entry says, without its place. */
export function hashOf(entry: Entry): number {
  const known = hashes.get(entry);
  if (known !== undefined) return known;
  const text = JSON.stringify([
    entry.term,
    entry.kind,
    entry.session,
    entry.sequence,
    entry.payload,
  ]);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hashes.set(entry, hash >>> 0);
  return hash >>> 0;
}

/** A hash of a log that ends with `entry`, from that of the log before it. */
export function chain(prefix: number, entry: Entry): number {
  return Math.imul(prefix ^ hashOf(entry), 0x01000193) >>> 0;
}

/** What all nodes together have promised: leaders, entries, votes, what is committed. */
export class Ledger {
  readonly #leaders = new Map<number, number>();
  readonly #votes = new Map<string, number>();
  /** Who voted for a candidate in a term. */
  readonly #ballots = new Map<string, Set<number>>();
  readonly #entries = new Map<number, number>();
  #committed: Row[] = [];
  /** Where the clients' operations were first committed. */
  readonly operations = new Map<number, number>();
  configuration: Configuration;

  /** Term of the entry that holds it. */
  #configurationTerm = 0;
  readonly #coverage: Coverage;

  constructor(configuration: Configuration, coverage: Coverage) {
    this.configuration = configuration;
    this.#coverage = coverage;
  }

  /** The highest index that any node holds as committed. */
  get last(): number {
    return this.#committed.length;
  }

  hashAt(index: number): number | undefined {
    return index === 0 ? 0 : this.#committed[index - 1]?.hash;
  }

  /** Election safety: at most one leader in a term (paper, figure 3). @returns true for a new one */
  elected(id: number, term: number): boolean {
    const known = this.#leaders.get(term);
    expect(
      known === undefined || known === id,
      'election safety',
      () => `${known} and ${id} lead in term ${term}`,
    );
    this.#leaders.set(term, id);
    return known === undefined;
  }

  /**
   * One vote in a term, whatever happens in between. A node that was added again after its disk was lost is a new
   * voter: those who had its old vote needed others who know of its removal.
   */
  voted(id: number, life: number, term: number, vote: number): void {
    const key = `${id}:${life}:${term}`;
    const known = this.#votes.get(key);
    expect(
      known === undefined || known === vote,
      'one vote a term',
      () => `${id} voted for ${known} and for ${vote} in term ${term}`,
    );
    this.#votes.set(key, vote);
    const ballot = `${vote}:${term}`;
    const voters = this.#ballots.get(ballot) ?? new Set();
    this.#ballots.set(ballot, voters.add(id));
  }

  /** A leader has the votes of a majority, of both sets while joint (paper, sections 5.2 and 6). */
  elects(id: number, term: number, { voters, outgoing }: Configuration): void {
    const given = this.#ballots.get(`${id}:${term}`);
    const holds = (each: number): number => (given?.has(each) ? 1 : 0);
    expect(
      majorityReached(voters, holds) >= 1 && majorityReached(outgoing, holds) >= 1,
      'elected by a quorum',
      () => `${id} leads in term ${term} by ${[...(given ?? [])]} of ${voters}|${outgoing}`,
    );
  }

  /** Log matching: the same index and term mean the same log up to there. */
  appended(id: number, { index, term }: Entry, hash: number): void {
    const key = index * 65_536 + term;
    const known = this.#entries.get(key);
    expect(
      known === undefined || known === hash,
      'log matching',
      () => `entry ${index} of term ${term} at ${id} ends another log than elsewhere`,
    );
    this.#entries.set(key, hash);
  }

  /** State machine safety: what is committed at an index never changes. */
  committed(id: number, entry: Entry, hash: number, seenIn: number): void {
    const { index, term } = entry;
    const row = this.#committed[index - 1];
    if (row !== undefined) {
      expect(
        row.hash === hash,
        'state machine safety',
        () => `${id} has committed another entry ${index} (term ${term}, not ${row.term})`,
      );
      return;
    }
    expect(
      index === this.last + 1,
      'state machine safety',
      () => `${id} has committed ${index}, but nobody ${this.last + 1}`,
    );
    this.#committed.push({ term, hash, seenIn });
    if (entry.kind === ENTRY_KIND.command) {
      const { op } = entry.payload as KvCommand;
      if (!this.operations.has(op)) this.operations.set(op, index);
    }
    if (entry.kind === ENTRY_KIND.configuration)
      this.#changed(entry.payload as Configuration, term);
  }

  /** Two configurations that follow one another share a majority: each change is joint, then left. */
  #changed(next: Configuration, term: number): void {
    const { voters, outgoing } = this.configuration;
    const same = (one: readonly number[], other: readonly number[]): boolean =>
      one.join() === other.join();
    const isSound =
      outgoing.length > 0
        ? next.outgoing.length === 0 && same(next.voters, voters)
        : same(next.outgoing, voters);
    expect(
      isSound,
      'membership',
      () => `${voters}|${outgoing} is followed by ${next.voters}|${next.outgoing}`,
    );
    if (outgoing.length > 0 && term !== this.#configurationTerm) {
      this.#coverage.met('a joint configuration was left by another leader');
    }
    this.configuration = next;
    this.#configurationTerm = term;
  }

  /** The last entry that was committed before a term began, and so must be in the logs of its leaders. */
  lastBefore(term: number): number {
    let index = this.#committed.length;
    while (index > 0 && this.#committed[index - 1]!.seenIn >= term) index--;
    return index;
  }
}
