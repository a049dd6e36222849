import type { ActorThread } from '../worker/actor-thread.js';
import { isPinned, pinnedMember, type ThreadConfig } from '../worker/thread-config.js';
import type { ThreadPool } from '../worker/thread-pool.js';
import type { ThreadSupervisor } from './thread-supervisor.js';

/** What the care for pinned threads needs of the system. */
export interface PinnedThreadsPort {
  readonly config: ThreadConfig;
  readonly main: ActorThread;
  readonly pool: ThreadPool;
  readonly supervisor: ThreadSupervisor;
  readonly isStopping: () => boolean;
}

/**
 * The threads reserved for actors placed `pinned`: started when one is spawned (its messages wait in the
 * rings until then), ended and given back when it is gone.
 *
 * @thread main
 */
export class PinnedThreads {
  readonly #port: PinnedThreadsPort;

  constructor(port: PinnedThreadsPort) {
    this.#port = port;
  }

  /** An actor has been given that thread. */
  start(member: number): void {
    const { config, main, pool, supervisor, isStopping } = this.#port;
    if (!isPinned(config, member) || isStopping()) return;
    pool.start(member, 0).catch((error: Error) => {
      if (!isStopping()) supervisor.died(member, main.serialOf(member), error);
    });
  }

  /** The actor is gone. */
  stop(member: number): void {
    const { config, main, pool, isStopping } = this.#port;
    if (!isPinned(config, member) || isStopping()) return;
    main.signals.toThread(member, { type: 'thread-stop' });
    pool.ended(member).then(() => main.control.freePinned(member - pinnedMember(config, 0)));
  }
}
