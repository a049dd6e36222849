import type { Clock } from '../base/clock.js';
import { TroupeError } from '../base/errors.js';
import { type ChannelSizes, userRingOffset } from '../memory/channel-descriptor.js';
import type { ControlBlock } from '../memory/control-block.js';
import { StatusWord } from '../memory/control-block-descriptor.js';
import { CounterIndex, DEAD_LETTER_REASONS } from '../memory/counters.js';
import { headPosition } from '../memory/ring-buffer-descriptor.js';
import { RestartIntensity } from '../supervision/restart-intensity.js';
import type { ActorThread } from '../worker/actor-thread.js';
import type { ChannelMatrix } from '../worker/mesh.js';
import { MAIN_THREAD } from '../worker/thread-config.js';
import type { ThreadHost } from '../worker/thread-host.js';
import type { ThreadDied, ThreadReplaced } from './event-stream.js';

/** What the supervisor of threads needs of the system. */
export interface ThreadSupervisorPort {
  readonly clock: Clock;
  readonly control: ControlBlock;
  readonly main: ActorThread;
  readonly channels: ChannelMatrix;
  readonly sizes: ChannelSizes;
  readonly pool: () => ThreadHost;
  readonly isStopping: () => boolean;
  readonly onDied: (event: ThreadDied) => void;
  readonly onReplaced: (event: ThreadReplaced) => void;
  /** Threads died too often: the system fails. */
  readonly giveUp: (error: Error) => void;
}

/**
 * The root supervisor's care for threads: a dead one is replaced, within a budget. The others learn of the
 * death, hand their actors to the new thread and go on.
 *
 * @thread main
 */
export class ThreadSupervisor {
  readonly #port: ThreadSupervisorPort;
  readonly #intensity: RestartIntensity;
  readonly #limits: { readonly intensity: number; readonly periodMs: number };

  constructor(
    port: ThreadSupervisorPort,
    limits: { readonly intensity: number; readonly periodMs: number },
  ) {
    this.#port = port;
    this.#limits = limits;
    this.#intensity = new RestartIntensity(limits.intensity, limits.periodMs);
  }

  /** A thread is dead beyond doubt. */
  died(thread: number, serial: number, cause: Error): void {
    const { clock, control, onDied, isStopping } = this.#port;
    const diedMs = clock.now();
    const lostAtMost = countLost(control.counters(thread));
    onDied({ thread, error: cause, lostAtMost });
    if (isStopping()) return;
    const error = new TroupeError('ERR_THREAD_DIED', {
      what: `thread ${thread} died: ${cause.message}`,
      where: `thread ${thread}`,
      cause,
    });
    if (!this.#intensity.record(diedMs)) {
      this.#port.giveUp(this.#tooOften(error));
      return;
    }
    this.#announce(thread, serial, error);
    this.#replace(thread, serial, diedMs);
  }

  /**
   * A thread has ended because nobody needed it: no recovery waits for its word any more. To be said once
   * more before another one starts in its place, which then takes up its rings as after a death.
   */
  ended(thread: number, serial: number): void {
    const what = `thread ${thread} has ended: its actor was gone`;
    this.#announce(thread, serial, new TroupeError('ERR_THREAD_DIED', { what }));
  }

  /** Tells all that live that a thread does not. */
  #announce(thread: number, serial: number, error: Error): void {
    const { main, channels, sizes, pool } = this.#port;
    const heads = readHeads(channels, sizes, thread);
    const down = { type: 'thread-down', thread, serial, error, heads } as const;
    // First here, because what is read from its ring may start one more thread, which has to know as well.
    main.takeThreadSignal(MAIN_THREAD, down);
    for (const member of pool().members) {
      if (member === thread || member === MAIN_THREAD) continue;
      main.signals.toThread(member, down);
    }
  }

  #replace(thread: number, predecessor: number, diedMs: number): void {
    const { clock, control, pool, onReplaced, isStopping } = this.#port;
    pool()
      .start(thread, predecessor)
      .then(
        () => onReplaced({ thread, afterMs: clock.now() - diedMs }),
        (error: Error) => {
          // It died before it ran: one more death, of the new thread.
          if (!isStopping()) this.died(thread, control.status(thread, StatusWord.SERIAL), error);
        },
      );
  }

  #tooOften(cause: Error): TroupeError {
    const { intensity, periodMs } = this.#limits;
    return new TroupeError('ERR_RESTART_INTENSITY', {
      what: `threads died more than ${intensity} times within ${periodMs} ms`,
      where: 'the root supervisor',
      mend: 'find out why they die (cause), or raise threadIntensity',
      cause,
    });
  }
}

/** How far a dead thread had read the user ring of each member, before the next one goes on reading. */
function readHeads(channels: ChannelMatrix, sizes: ChannelSizes, thread: number): number[] {
  return channels.map((row) => {
    const channel = row[thread];
    return channel == null ? 0 : headPosition(channel, userRingOffset(sizes));
  });
}

/**
 * What had entered the thread, by its own sends or from rings, and had not left it as handled, dead or
 * published: in mailboxes, stashes and overflow queues, held for waiting senders, or between two
 * counts. Its own row, which nobody writes now.
 */
function countLost(row: Float64Array): number {
  const entered = row[CounterIndex.sent]! + row[CounterIndex.received]!;
  const left = row[CounterIndex.published]! + row[CounterIndex.handled]! + countDead(row);
  const before = row[CounterIndex.lostAtMost]!;
  const lost = Math.max(0, entered - left - before);
  row[CounterIndex.lostAtMost] = before + lost;
  emptyPlaces(row);
  return lost;
}

function countDead(row: Float64Array): number {
  let sum = 0;
  for (const reason of DEAD_LETTER_REASONS) sum += row[CounterIndex[`dead:${reason}`]]!;
  return sum;
}

/** The mailboxes and overflow queues of the next thread are empty: the counters must say so too. */
function emptyPlaces(row: Float64Array): void {
  row[CounterIndex.held] = 0;
  row[CounterIndex.deadFromMailbox] = row[CounterIndex.enqueued]! - row[CounterIndex.handled]!;
  row[CounterIndex.deadFromOverflow] = row[CounterIndex.sentRemote]! - row[CounterIndex.published]!;
}

/** Somebody named a worker thread that there is not. */
export function noSuchThread(thread: unknown, alive: readonly number[]): TroupeError {
  return new TroupeError('ERR_NO_THREAD', {
    what: `there is no worker thread ${String(thread)}`,
    mend: `use one of ${alive.join(', ')}`,
  });
}
