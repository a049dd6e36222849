import { type Clock, MAX_TIMER_MS } from '../base/clock.js';
import { type EventLoop, nodeEventLoop } from '../base/event-loop.js';
import type { ControlBlock } from '../memory/control-block.js';
import { StatusWord } from '../memory/control-block-descriptor.js';
import { DoorbellState } from '../memory/doorbell.js';
import type { ThreadBlocked } from './event-stream.js';

/** After how many milliseconds of one turn the watchdog warns, and kills. */
export interface WatchdogOptions {
  readonly warnMs: number;
  readonly killMs: number;
}

/** What the watchdog needs of the system. */
export interface WatchdogPort {
  readonly clock: Clock;
  readonly control: ControlBlock;
  /** Members to look after, the main thread not among them. */
  readonly members: () => readonly number[];
  readonly onBlocked: (event: ThreadBlocked) => void;
  readonly kill: (member: number) => void;
}

const LOOKS = 4;
const MIN_LOOK_MS = 5;

/** What was seen of a thread. */
interface Sighting {
  serial: number;
  heartbeat: number;
  sinceMs: number;
  /** Since when it has been asleep without a turn, or when it was woken to see whether it can turn. */
  asleepMs: number;
  warned: boolean;
}

/**
 * Finds threads whose turn does not end, by their heartbeat in shared memory. A handler that blocks cannot
 * be asked anything, but what its thread was about to run stands there too.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #port: WatchdogPort;
  readonly #seen = new Map<number, Sighting>();

  constructor(options: WatchdogOptions, port: WatchdogPort) {
    this.#options = options;
    this.#port = port;
  }

  /** Looks at every thread once. Call it several times within `warnMs`. */
  check(): void {
    const now = this.#port.clock.now();
    const members = this.#port.members();
    for (const member of this.#seen.keys())
      if (!members.includes(member)) this.#seen.delete(member);
    for (const member of members) this.#look(member, now);
  }

  #look(member: number, now: number): void {
    const { control } = this.#port;
    const serial = control.status(member, StatusWord.SERIAL);
    const heartbeat = control.status(member, StatusWord.HEARTBEAT);
    const parked = control.status(member, StatusWord.DOORBELL) === DoorbellState.PARKED;
    const seen = this.#seen.get(member);
    if (seen === undefined || seen.serial !== serial || seen.heartbeat !== heartbeat) {
      this.#seen.set(member, { serial, heartbeat, sinceMs: now, asleepMs: now, warned: false });
      return;
    }
    if (parked) {
      seen.sinceMs = now;
      if (now - seen.asleepMs < this.#options.warnMs) return;
      // What runs between turns, such as the rest of an async handler, can block a parked thread too.
      seen.asleepMs = now;
      control.doorbell(member).ring();
      return;
    }
    const blockedMs = now - seen.sinceMs;
    if (blockedMs >= this.#options.warnMs && !seen.warned) {
      seen.warned = true;
      this.#port.onBlocked(this.#describe(member, blockedMs));
    }
    if (blockedMs >= this.#options.killMs) {
      this.#seen.delete(member);
      this.#port.kill(member);
    }
  }

  #describe(member: number, blockedMs: number): ThreadBlocked {
    const { control } = this.#port;
    const labels = control.labels(member);
    const word = (index: number): number => control.status(member, index);
    const slot = word(StatusWord.RUNNING_SLOT);
    const generation = word(StatusWord.RUNNING_GENERATION);
    return {
      thread: member,
      blockedMs,
      kind: labels.name(word(StatusWord.RUNNING_KIND)),
      actor: `${member}.${word(StatusWord.RUNNING_CREATOR)}.${slot}.${generation}`,
      message: labels.name(word(StatusWord.RUNNING_TYPE)),
    };
  }
}

/** Has a watchdog look several times within its shortest limit. @returns a function that ends it */
export function startWatchdog(
  options: WatchdogOptions,
  port: WatchdogPort,
  events: EventLoop = nodeEventLoop,
): () => void {
  const watchdog = new Watchdog(options, port);
  const shortestMs = Math.min(options.warnMs, options.killMs, MAX_TIMER_MS);
  const everyMs = Math.max(MIN_LOOK_MS, shortestMs / LOOKS);
  return events.every(everyMs, () => watchdog.check());
}
