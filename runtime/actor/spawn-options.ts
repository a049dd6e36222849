import type { MailboxSettings } from '../mailbox/mailbox-options.js';
import type { RestartType } from './restart-type.js';

/**
 * Where a new actor lives.
 *
 * - `spread`: round robin over the worker threads (the default of `system.spawn`)
 * - `same`: the thread of the spawner (the default of `ctx.spawn`)
 * - `least-loaded`: the worker thread with the fewest messages waiting
 * - `main`: the main thread
 * - `pinned`: a thread of its own, one of those reserved by `pinnedThreads`
 * - a number: that thread; 0 is the main thread, 1 to `threads` are the workers
 */
export type Placement = 'spread' | 'same' | 'least-loaded' | 'main' | 'pinned' | number;

/** How long a supervisor waits for a child to stop before it is killed; `kill` does not wait. */
export type Shutdown = number | 'infinity' | 'kill';

/** Delays between restarts: `minMs * factor^n`, at most `maxMs`, spread by `jitter`. */
export interface BackoffSettings {
  readonly minMs: number;
  readonly maxMs: number;
  /** At least 1; 2 when left out. */
  readonly factor?: number;
  /** Share of the delay that is random, 0 to 1; 0.2 when left out. */
  readonly jitter?: number;
  /** Quiet time after which the next failure starts from `minMs` again; `maxMs` when left out. */
  readonly resetAfterMs?: number;
}

/** How a child is supervised, named, placed. Every field has a default. */
export interface SpawnOptions {
  /** Unique among siblings; letters, digits and `-_.~:@+`, at most 255. Unnamed when left out. */
  readonly name?: string;
  readonly placement?: Placement;
  /** When it is restarted: `transient` when left out, so after failures and kills only. */
  readonly restart?: RestartType;
  /** Milliseconds for an orderly stop; 5000 when left out. */
  readonly shutdownMs?: Shutdown;
  readonly backoff?: BackoffSettings;
  /** Replaces the mailbox settings of the definition, but for `priority`, which is code. */
  readonly mailbox?: Omit<MailboxSettings, 'priority'>;
  /** @internal the shared word in which a router counts what this actor has taken in hand */
  readonly gauge?: number;
}

/** How a supervisor treats its children, as OTP's supervisor flags. */
export interface SupervisionOptions {
  /** `one-for-one` when left out. */
  readonly strategy?: 'one-for-one' | 'one-for-all' | 'rest-for-one';
  /** Restarts allowed within `periodMs`; 3 when left out. One more and the supervisor itself fails. */
  readonly intensity?: number;
  /** 5000 when left out. */
  readonly periodMs?: number;
}
