import { StatusWord } from '../memory/control-block-descriptor.js';
import type { ActorThread } from '../worker/actor-thread.js';
import { isPinned, pinnedMember, type ThreadConfig } from '../worker/thread-config.js';
import type { ThreadHost } from '../worker/thread-host.js';
import type { ThreadSupervisor } from './thread-supervisor.js';

/** What the care for pinned threads needs of the system. */
export interface PinnedThreadsPort {
  readonly config: ThreadConfig;
  readonly main: ActorThread;
  readonly pool: ThreadHost;
  readonly supervisor: ThreadSupervisor;
  /** True once all threads are being ended: until then an actor that is spawned can be stopped only on its thread. */
  readonly isClosing: () => boolean;
}

/**
 * The threads reserved for actors placed `pinned`: started when one is spawned (its messages wait in the
 * rings until then), ended and given back when it is gone.
 *
 * @thread main
 */
export class PinnedThreads {
  readonly #port: PinnedThreadsPort;
  /** Serials of the threads that have ended, by member: what lies in their rings is for the next. */
  readonly #former = new Map<number, number>();

  constructor(port: PinnedThreadsPort) {
    this.#port = port;
  }

  /** An actor has been given that thread. */
  start(member: number): void {
    const { config, main, pool, supervisor, isClosing } = this.#port;
    if (!isPinned(config, member) || isClosing() || pool.members.includes(member)) return;
    const former = this.#former.get(member) ?? 0;
    if (former !== 0) supervisor.ended(member, former);
    pool.start(member, former).catch((error: Error) => {
      if (!isClosing()) supervisor.died(member, main.serialOf(member), error);
    });
  }

  /** The actor is gone. */
  stop(member: number): void {
    const { config, isClosing } = this.#port;
    if (isPinned(config, member) && !isClosing()) this.#end(member);
  }

  #end(member: number): void {
    const { config, main, pool, supervisor, isClosing } = this.#port;
    main.signals.toThread(member, { type: 'thread-stop', serial: main.serialOf(member) });
    pool.ended(member).then(() => {
      // It died before it could end: the one in its place is as little needed, and given back only when it has ended.
      if (!isClosing() && pool.members.includes(member)) {
        this.#end(member);
        return;
      }
      if (!isClosing()) {
        const serial = main.serialOf(member);
        this.#former.set(member, serial);
        // What names it as its creator is not to come any more.
        main.control.setStatus(member, StatusWord.SERIAL, 0);
        supervisor.ended(member, serial);
      }
      main.control.freePinned(member - pinnedMember(config, 0));
    });
  }
}
