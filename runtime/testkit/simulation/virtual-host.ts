import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { TroupeError } from '../../base/errors.js';
import { MemberState, StatusWord } from '../../memory/control-block-descriptor.js';
import { MAIN_THREAD } from '../../worker/thread-config.js';
import { survivorsOf, type ThreadHost, type ThreadHostOptions } from '../../worker/thread-host.js';
import type { MemberPort } from '../../worker/thread-task.js';
import type { Machine } from './machine.js';
import { VirtualThread } from './virtual-thread.js';

/** One thread as the host sees it. */
interface Hosted {
  readonly thread: VirtualThread;
  /** Settles when nothing of it runs any more. */
  readonly ended: Promise<void>;
  readonly onEnded: () => void;
  readonly ready: () => void;
  readonly fail: (error: Error) => void;
  isReady: boolean;
  isOver: boolean;
}

/** Hosts virtual threads as the pool of the system hosts real ones, with the same order of events. */
export class VirtualHost implements ThreadHost {
  readonly #options: ThreadHostOptions;
  readonly #machine: Machine;
  readonly #hosted = new Map<number, Hosted>();
  #isClosing = false;

  constructor(machine: Machine, options: ThreadHostOptions) {
    this.#machine = machine;
    this.#options = options;
  }

  get alive(): number[] {
    const ready = [...this.#hosted].filter(([, { isReady }]) => isReady);
    return [MAIN_THREAD, ...ready.map(([member]) => member)];
  }

  get members(): number[] {
    return [MAIN_THREAD, ...this.#hosted.keys()];
  }

  /** True when a thread has ended and the main thread does not know yet. */
  get hasUndiscovered(): boolean {
    for (const { isOver } of this.#hosted.values()) if (isOver) return true;
    return false;
  }

  /** The thread of a member that is not over. */
  threadOf(member: number): VirtualThread | undefined {
    const hosted = this.#hosted.get(member);
    return hosted === undefined || hosted.isOver ? undefined : hosted.thread;
  }

  start(member: number, predecessor: number): Promise<void> {
    const { config, control, channels } = this.#options;
    const machine = this.#machine;
    const serial = control.nextSerial();
    const survivors = survivorsOf(this.members, member, predecessor, control);
    control.join(member, serial);
    const ports = this.#connect(member, serial);
    const strand = machine.makeStrand(member);
    const thread: VirtualThread = new VirtualThread({
      member,
      serial,
      config,
      control: machine.viewFor(strand, control.memory),
      channels,
      ports,
      predecessor,
      survivors,
      strand,
      random: machine.randomOf(serial),
      onMade: (actors) => machine.made(actors),
      onReady: () => machine.toMain(() => this.#onReady(hosted)),
      onEnded: () => machine.toMain(() => this.#onEnded(hosted)),
      onStartFailed: (error) => this.died(thread, error),
    });
    let onEnded!: () => void;
    const ended = new Promise<void>((resolve) => {
      onEnded = resolve;
    });
    let hosted!: Hosted;
    const started = new Promise<void>((ready, fail) => {
      hosted = { thread, ended, onEnded, ready, fail, isReady: false, isOver: false };
    });
    this.#hosted.set(member, hosted);
    machine.note(member, `starts with serial ${serial}`);
    machine.later(strand, () => thread.boot());
    return started;
  }

  /** Joins a new thread to all others for attachments. */
  #connect(member: number, serial: number): MemberPort[] {
    const { control, setPort } = this.#options;
    const join = (other: number, deliver: (port: MessagePort) => void): MemberPort => {
      const channel = new MessageChannel();
      deliver(channel.port2);
      const { port1: port } = channel;
      port.unref();
      return { member: other, port, serial: control.status(other, StatusWord.SERIAL) };
    };
    const ports = [join(MAIN_THREAD, (port) => setPort(member, port, serial))];
    for (const [other, { thread, isOver }] of this.#hosted) {
      if (other === member || isOver) continue;
      const deliver = (port: MessagePort): void => {
        port.unref();
        thread.givePort({ member, port, serial });
        this.#machine.later(thread.strand, () => thread.takePorts());
      };
      ports.push(join(other, deliver));
    }
    return ports;
  }

  #onReady(hosted: Hosted): void {
    if (hosted.isOver) return;
    hosted.isReady = true;
    hosted.ready();
  }

  #onEnded(hosted: Hosted): void {
    if (hosted.isOver) return;
    hosted.isOver = true;
    this.#machine.gone(hosted.thread, 'has ended');
    if (!this.#isClosing) this.#machine.ended();
    this.#forget(hosted);
    hosted.onEnded();
  }

  #forget({ thread }: Hosted): void {
    if (this.#hosted.get(thread.member)?.thread === thread) this.#hosted.delete(thread.member);
  }

  /** A thread died: what ran of it has been buried. The main thread hears of it after a while. */
  died(thread: VirtualThread, error: Error): void {
    const hosted = this.#hosted.get(thread.member);
    if (hosted?.thread !== thread || hosted.isOver) return;
    hosted.isOver = true;
    thread.bury();
    this.#machine.gone(thread, 'died');
    this.#machine.died(thread);
    this.#machine.toMain(() => {
      this.#forget(hosted);
      hosted.onEnded();
      if (!hosted.isReady) {
        const what = `thread ${thread.member} did not start: ${error.message}`;
        hosted.fail(new TroupeError('ERR_THREAD_START', { what, cause: error }));
      } else if (!this.#isClosing) {
        this.#options.control.setStatus(thread.member, StatusWord.STATE, MemberState.DEAD);
        this.#options.setPort(thread.member, null, 0);
        this.#options.onDown(thread.member, thread.serial, error);
      }
    });
  }

  kill(member: number): boolean {
    const hosted = this.#hosted.get(member);
    if (hosted === undefined) return false;
    if (!this.#isClosing && !hosted.isOver) this.#machine.killedBySystem();
    this.died(hosted.thread, new Error('it was killed'));
    return true;
  }

  async ended(member: number): Promise<void> {
    await this.#hosted.get(member)?.ended;
  }

  async close(deadlineMs: number): Promise<{ killed: number[] }> {
    this.#isClosing = true;
    const { events } = this.#machine.environment;
    const done = Promise.all([...this.#hosted.values()].map(({ ended }) => ended));
    let timer: unknown;
    const late = new Promise<'late'>((resolve) => {
      timer = events.after(deadlineMs, () => resolve('late'));
    });
    const outcome = await Promise.race([done, late]);
    events.clear(timer);
    const killed = outcome === 'late' ? [...this.#hosted.keys()] : [];
    for (const member of killed) this.kill(member);
    return { killed };
  }
}
