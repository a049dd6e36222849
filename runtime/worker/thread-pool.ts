import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { MAX_TIMER_MS } from '../base/clock.js';
import { TroupeError } from '../base/errors.js';
import { MemberState, StatusWord } from '../memory/control-block-descriptor.js';
import { type Launching, launching } from './launch.js';
import { MAIN_THREAD, memberCount } from './thread-config.js';
import { survivorsOf, type ThreadHost, type ThreadHostOptions } from './thread-host.js';
import type { LifelineMessage, ThreadTask } from './thread-task.js';

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
export class ThreadPool implements ThreadHost {
  readonly #options: ThreadHostOptions;
  readonly #pool: Piscina;
  readonly #launching: Launching;
  readonly #hosted = new Map<number, Hosted>();
  #isClosing = false;

  constructor(options: ThreadHostOptions) {
    const { config, resourceLimits } = options;
    this.#options = options;
    this.#launching = launching(options.entry, options.entryName);
    this.#pool = new Piscina({
      filename: this.#launching.filename,
      name: this.#launching.name,
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

  get alive(): number[] {
    return [
      MAIN_THREAD,
      ...[...this.#hosted].filter(([, h]) => h.isReady).map(([member]) => member),
    ];
  }

  get members(): number[] {
    return [MAIN_THREAD, ...this.#hosted.keys()];
  }

  async start(member: number, predecessor: number): Promise<void> {
    const { config, control, channels, startTimeoutMs } = this.#options;
    const serial = control.nextSerial();
    const survivors = survivorsOf(this.members, member, predecessor, control);
    control.join(member, serial);
    const line = new MessageChannel();
    this.#connect(member, serial, line.port1);
    const task: ThreadTask = {
      config,
      thread: member,
      serial,
      control: control.memory,
      channels,
      lifeline: line.port2,
      predecessor,
      survivors,
    };
    const kill = new AbortController();
    const run = this.#pool.run(this.#launching.taskOf(task), {
      signal: kill.signal,
      transferList: [line.port2],
    });
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
    this.#watch(member, hosted, run, closed, () => line.port2.close());
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

  /**
   * Joins a new thread to all others for attachments. Its ends go ahead of its task on its life line: a port
   * whose other end died with its thread while the task waits for a worker could not be handed over any more.
   */
  #connect(member: number, serial: number, lifeline: MessagePort): void {
    const { control, setPort } = this.#options;
    const join = (other: number, deliver: (port: MessagePort) => void): void => {
      const { port1: port, port2 } = new MessageChannel();
      const peer = control.status(other, StatusWord.SERIAL);
      const message: LifelineMessage = { type: 'port', member: other, port, serial: peer };
      lifeline.postMessage(message, [port]);
      deliver(port2);
    };
    join(MAIN_THREAD, (port) => setPort(member, port, serial));
    for (const [other, { lifeline: line }] of this.#hosted) {
      if (other === member) continue;
      join(other, (port) => {
        const message: LifelineMessage = { type: 'port', member, port, serial };
        line.postMessage(message, [port]);
      });
    }
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
        // The end of its life line, if no thread has taken it over: then nothing else would close it.
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

  kill(member: number): boolean {
    const hosted = this.#hosted.get(member);
    hosted?.kill.abort();
    return hosted !== undefined;
  }

  async ended(member: number): Promise<void> {
    await this.#hosted.get(member)?.ended;
  }

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
