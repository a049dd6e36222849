import type { ActorSystem, AnyRef } from 'troupe';
import type { Cluster, Progress } from './protocol.js';

/** Share of the units before the one that crashes its tokenizer, and share after which a thread is killed. */
const CRASH_AT = 0.1;
const KILL_AT = 0.25;

/** The unit with which a tokenizer crashes. */
export function poisonedUnitOf(unitCount: number): number {
  return Math.floor(unitCount * CRASH_AT);
}

/**
 * Kills a thread on the way, and tells from the system's events what becomes of both faults: of the crash
 * that the poisoned unit causes, and of the killed thread.
 */
export class Faults {
  /** Resolves when both faults have happened and everything that they ended runs again. */
  readonly recovered: Promise<void>;
  readonly #system: ActorSystem;
  readonly #log: (line: string) => void;
  /** The thread to be killed: one that has a shard on it, with all that it has counted. */
  readonly #victim: number;
  /** Actors of that thread that have not been restarted since its death. */
  readonly #down: Map<string, string>;
  readonly #restarted: string[] = [];
  /** The tokenizer that crashed. */
  #crashed: string | undefined;
  #isKilled = false;
  #isCrashOver = false;

  constructor(system: ActorSystem, cluster: Cluster, log: (line: string) => void) {
    const { aggregator, reader, shards, tokenizers } = cluster;
    this.#system = system;
    this.#log = log;
    this.#victim = shards[0]!.thread;
    const actors: AnyRef[] = [aggregator, ...shards, ...tokenizers, reader];
    const onVictim = actors.filter(({ thread }) => thread === this.#victim);
    const tokenizerNames = new Set(tokenizers.map(String));
    this.#down = new Map(onVictim.map((actor) => [actor.toString(), nameOf(actor.toString())]));
    this.recovered = new Promise((resolve) => {
      system.events.on('actor-restarted', ({ actor, incarnation }) => {
        this.#onRestarted(actor, incarnation);
        if (this.#isCrashOver && this.#down.size === 0) resolve();
      });
    });
    system.events.on('actor-failed', ({ actor, error }) => {
      if (tokenizerNames.has(actor)) this.#onCrashed(actor, error.message);
    });
    system.events.on('thread-died', ({ thread, lostAtMost }) =>
      log(`! thread ${thread} died, with at most ${lostAtMost} messages in its mailboxes`),
    );
    system.events.on('thread-replaced', ({ thread, afterMs }) =>
      log(`+ thread ${thread} replaced after ${Math.round(afterMs)} ms`),
    );
  }

  /** Kills the thread when it is time: the crash has happened, and a share of the units is done. */
  onProgress({ unitsDone, unitCount }: Progress): void {
    if (this.#isKilled || this.#crashed === undefined || unitsDone < unitCount * KILL_AT) return;
    this.#isKilled = true;
    this.#log(`! killing thread ${this.#victim}`);
    this.#system.killThread(this.#victim);
  }

  #onCrashed(actor: string, message: string): void {
    this.#log(`! ${nameOf(actor)} crashed: ${message}`);
    this.#crashed ??= actor;
  }

  #onRestarted(actor: string, incarnation: number): void {
    if (actor === this.#crashed && !this.#isCrashOver) {
      this.#isCrashOver = true;
      this.#log(`+ ${nameOf(actor)} restarted by its supervisor, incarnation ${incarnation}`);
    }
    if (!this.#isKilled || !this.#down.delete(actor)) return;
    this.#restarted.push(nameOf(actor));
    if (this.#down.size > 0) return;
    this.#log(`+ restarted on thread ${this.#victim}: ${this.#restarted.sort().join(', ')}`);
  }
}

/** `tokenizer-1` of `troupe://word-count/user/word-count/tokenizer-1#2.1.3.1`. */
function nameOf(actor: string): string {
  return /([^/#]+)(#[^#]*)?$/.exec(actor)?.[1] ?? actor;
}
