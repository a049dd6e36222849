import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { MAX_TIMER_MS } from '../base/clock.js';
import { TroupeError } from '../base/errors.js';
import type { ControlBlock } from '../memory/control-block.js';
import { MemberState, StatusWord } from '../memory/control-block-descriptor.js';
import type { ChannelMatrix } from './mesh.js';
import { MAIN_THREAD, memberCount, type ThreadConfig } from './thread-config.js';
import type { LifelineMessage, MemberPort, ThreadTask } from './thread-task.js';

/** What a pool is made from. */
export interface ThreadPoolOptions {
  readonly config: ThreadConfig;
  readonly control: ControlBlock;
  readonly channels: ChannelMatrix;
  /** URL of a module whose default export, or export `entryName`, is the thread's main function. */
  readonly entry: string;
  readonly entryName: string;
  readonly startTimeoutMs: number;
  readonly resourceLimits: ResourceLimits | undefined;
  /** The main thread's end of a port for attachments. */
  readonly setPort: (member: number, port: MessagePort | null, serial: number) => void;
  /** A thread that was running is dead, beyond doubt. */
  readonly onDown: (thread: number, serial: number, error: Error) => void;
}

/** Limits of V8 for each thread, as `worker_threads` takes them. */
export interface ResourceLimits {
  readonly maxOldGenerationSizeMb?: number;
  readonly maxYoungGenerationSizeMb?: number;
  readonly stackSizeMb?: number;
}

/** One thread as the pool sees it. */
interface Hosted {
  readonly serial: number;
  readonly lifeline: MessagePort;
  readonly kill: AbortController;
  /** Settles when the thread has ended and no code of it runs any more. */
  readonly ended: Promise<void>;
  isReady: boolean;
  /** Why its worker died before it took the task. */
  startError: Error | undefined;
}

const STOPPED_MS = 30_000;

/**
 * The threads, hosted by piscina: one task without end for each. piscina starts and replaces the
 * threads; which one runs which member, and what a death means, is decided here and above.
 *
 * @thread main
 */
export class ThreadPool {
  readonly #options: ThreadPoolOptions;
  readonly #pool: Piscina;
  readonly #hosted = new Map<number, Hosted>();
  #isClosing = false;

  constructor(options: ThreadPoolOptions) {
    const { config, resourceLimits } = options;
    this.#options = options;
    this.#pool = new Piscina({
      filename: options.entry,
      name: options.entryName,
      minThreads: 0,
      maxThreads: Math.max(1, memberCount(config) - 1),
      concurrentTasksPerWorker: 1,
      idleTimeout: STOPPED_MS,
      atomics: 'disabled',
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    });
    // The death of a thread is reported by its task; this is for a worker that had none yet.
    this.#pool.on('error', (error: Error) => this.#workerFailed(error));
  }

  /** Members that run, the main thread included. */
  get alive(): number[] {
    return [
      MAIN_THREAD,
      ...[...this.#hosted].filter(([, h]) => h.isReady).map(([member]) => member),
    ];
  }

  /** Members that have a thread, those about to run included. They are told of deaths. */
  get members(): number[] {
    return [MAIN_THREAD, ...this.#hosted.keys()];
  }

  /**
   * Starts the thread of a member. Resolves when it runs.
   * @param predecessor serial of the dead thread it replaces; 0 for a first start
   * @throws {TroupeError} ERR_THREAD_START
   */
  async start(member: number, predecessor: number): Promise<void> {
    const { config, control, channels, startTimeoutMs } = this.#options;
    const serial = control.nextSerial();
    const survivors =
      predecessor === 0
        ? []
        : this.members
            .filter((other) => other !== member)
            .map((other) => [other, control.status(other, StatusWord.SERIAL)] as const);
    control.setStatus(member, StatusWord.SERIAL, serial);
    const line = new MessageChannel();
    const ports = this.#connect(member, serial);
    const task: ThreadTask = {
      config,
      thread: member,
      serial,
      control: control.memory,
      channels,
      ports,
      lifeline: line.port2,
      predecessor,
      survivors,
    };
    const kill = new AbortController();
    const transferList = [line.port2, ...ports.map(({ port }) => port)];
    const run = this.#pool.run(task, { signal: kill.signal, transferList });
    const closed = new Promise<void>((resolve) => line.port1.once('close', () => resolve()));
    const hosted: Hosted = {
      serial,
      lifeline: line.port1,
      kill,
      ended: Promise.allSettled([run, closed]).then(() => {}),
      isReady: false,
      startError: undefined,
    };
    this.#hosted.set(member, hosted);
    const discard = (): void => {
      for (const port of transferList) port.close();
    };
    this.#watch(member, hosted, run, closed, discard);
    await this.#ready(member, hosted, run, closed, startTimeoutMs);
  }

  /**
   * A worker died that had no task yet, because the module of its task cannot be loaded: the task would
   * wait for ever.
   */
  #workerFailed(error: Error): void {
    for (const hosted of this.#hosted.values()) {
      if (hosted.isReady) continue;
      hosted.startError = error;
      hosted.kill.abort();
    }
  }

  /** Joins a new thread to all others for attachments. */
  #connect(member: number, serial: number): MemberPort[] {
    const { control, setPort } = this.#options;
    const ports: MemberPort[] = [];
    const join = (other: number, deliver: (port: MessagePort) => void): void => {
      const channel = new MessageChannel();
      ports.push({
        member: other,
        port: channel.port1,
        serial: control.status(other, StatusWord.SERIAL),
      });
      deliver(channel.port2);
    };
    join(MAIN_THREAD, (port) => setPort(member, port, serial));
    for (const [other, { lifeline }] of this.#hosted) {
      if (other === member) continue;
      join(other, (port) => {
        const message: LifelineMessage = { type: 'port', member, port, serial };
        lifeline.postMessage(message, [port]);
      });
    }
    return ports;
  }

  #watch(
    member: number,
    hosted: Hosted,
    run: Promise<void>,
    closed: Promise<void>,
    discard: () => void,
  ): void {
    run.then(
      () => this.#hosted.get(member) === hosted && this.#hosted.delete(member),
      async (error: unknown) => {
        // The ends of its ports, if no thread has taken them over: then nothing else would close them.
        discard();
        // The task may be rejected while the thread still runs its last instructions.
        await closed;
        if (this.#hosted.get(member) === hosted) this.#hosted.delete(member);
        if (this.#isClosing || !hosted.isReady) return;
        this.#options.control.setStatus(member, StatusWord.STATE, MemberState.DEAD);
        this.#options.setPort(member, null, 0);
        this.#options.onDown(member, hosted.serial, error as Error);
      },
    );
  }

  #ready(
    member: number,
    hosted: Hosted,
    run: Promise<void>,
    closed: Promise<void>,
    timeoutMs: number,
  ): Promise<void> {
    const failed = (cause: unknown, what: string): TroupeError =>
      new TroupeError('ERR_THREAD_START', {
        what: `thread ${member} did not start: ${what}`,
        where: this.#options.entry,
        mend: 'check that every module of the actors and codecs can be imported in a worker thread',
        cause,
      });
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => {
        hosted.kill.abort();
        reject(failed(undefined, `no sign of life within ${timeoutMs} ms`));
      }, timeoutMs);
      hosted.lifeline.once('message', (message: LifelineMessage) => {
        clearTimeout(timeout);
        if (message.type === 'ready') {
          hosted.isReady = true;
          hosted.lifeline.unref();
          resolve();
        } else if (message.type === 'start-failed') reject(failed(undefined, message.message));
      });
      run.catch((error: Error) => {
        clearTimeout(timeout);
        const cause = hosted.startError ?? error;
        const fail = (): void => reject(failed(cause, cause.message));
        // Not before it is dead beyond doubt: the one in its place would work on the same rings. A task
        // that ended by itself, such as one whose module cannot be loaded, works on nothing any more.
        if (error.name === 'AbortError') closed.then(fail);
        else fail();
      });
    });
  }

  /** Ends a thread at once, whatever it does, as its death by a fault would. */
  kill(member: number): boolean {
    const hosted = this.#hosted.get(member);
    hosted?.kill.abort();
    return hosted !== undefined;
  }

  /** Resolves when the thread has ended. */
  async ended(member: number): Promise<void> {
    await this.#hosted.get(member)?.ended;
  }

  /** Waits for all threads to end by themselves, at most `deadlineMs`, then ends those that have not. */
  async close(deadlineMs: number): Promise<{ killed: number[] }> {
    this.#isClosing = true;
    const all = [...this.#hosted];
    const done = Promise.all(all.map(([, hosted]) => hosted.ended));
    let timeout: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timeout = setTimeout(() => resolve('late'), Math.min(deadlineMs, MAX_TIMER_MS));
    });
    const outcome = await Promise.race([done, late]);
    clearTimeout(timeout);
    const killed = outcome === 'late' ? [...this.#hosted.keys()] : [];
    for (const { lifeline } of this.#hosted.values()) lifeline.close();
    await this.#pool.destroy();
    return { killed };
  }
}
