import type { Random } from '../../base/random.js';
import type { ControlBlock } from '../../memory/control-block.js';
import { MemberState, StatusWord } from '../../memory/control-block-descriptor.js';
import { ActorThread } from '../../worker/actor-thread.js';
import { loadCodecs } from '../../worker/codecs.js';
import { turnableOf } from '../../worker/entry.js';
import type { ChannelMatrix } from '../../worker/mesh.js';
import { askOffload } from '../../worker/offload.js';
import { attributePromises } from '../../worker/promise-attribution.js';
import { publishToMain } from '../../worker/publish.js';
import type { ThreadConfig } from '../../worker/thread-config.js';
import { ThreadLoop } from '../../worker/thread-loop.js';
import type { MemberPort } from '../../worker/thread-task.js';
import { MemoryImage } from './memory-image.js';
import type { Strand } from './strand.js';

/** What a virtual thread is made from: what piscina hands to a real one. */
export interface VirtualThreadOptions {
  readonly member: number;
  readonly serial: number;
  readonly config: ThreadConfig;
  /** The shared block as this thread sees it. */
  readonly control: ControlBlock;
  readonly channels: ChannelMatrix;
  readonly ports: readonly MemberPort[];
  readonly predecessor: number;
  readonly survivors: readonly (readonly [member: number, serial: number])[];
  readonly strand: Strand;
  readonly random: Random;
  /** Its parts are joined, and nothing has run. */
  readonly onMade: (actors: ActorThread) => void;
  readonly onReady: () => void;
  /** It has ended as it was told to. */
  readonly onEnded: () => void;
  readonly onStartFailed: (error: Error) => void;
}

/** A worker thread that is no thread: the real runtime of one, run by the scheduler. As `worker/entry.ts`. */
export class VirtualThread {
  readonly member: number;
  readonly serial: number;
  readonly strand: Strand;
  /** The runtime of the thread, once it has begun. */
  actors: ActorThread | null = null;
  /** True between its first turn and its end. */
  isRunning = false;
  readonly #options: VirtualThreadOptions;
  readonly #given: MemberPort[] = [];
  #image: MemoryImage | null = null;
  #loop: ThreadLoop | null = null;
  #release: () => void = () => {};

  constructor(options: VirtualThreadOptions) {
    this.#options = options;
    this.member = options.member;
    this.serial = options.serial;
    this.strand = options.strand;
  }

  /** Begins to run, as the main function of a worker thread does. */
  boot(): void {
    const { config, control, channels, member, serial, strand, ports } = this.#options;
    const actors: ActorThread = new ActorThread({
      config,
      thread: member,
      serial,
      control,
      channels,
      clock: strand.clock,
      random: this.#options.random,
      predecessor: this.#options.predecessor,
      survivors: this.#options.survivors,
      onSystemSignal: (_from, signal) => {
        if (signal.type === 'thread-stop' && signal.serial === serial) {
          const isLast = signal.isLast === true;
          Promise.resolve().then(() => this.#end(isLast));
        }
      },
      onGuardianRemoved: () => {},
      publish: (name, payload) => {
        strand.point('event');
        publishToMain(actors, name, payload);
      },
      offload: (job, args, options) => askOffload(actors, job, args, options),
      takePorts: () => this.takePorts(),
      wake: () => this.#loop?.wake(),
      afterIo: (call) => strand.afterIo(call),
    });
    this.actors = actors;
    this.#options.onMade(actors);
    this.#loop = new ThreadLoop(turnableOf(actors), control.doorbell(member), config, strand);
    for (const { member: other, port, serial: of } of ports) actors.mesh.setPort(other, port, of);
    loadCodecs(actors.extensions, config.codecs).then(
      () => strand.soon(() => this.#begin()),
      (error: Error) => this.#options.onStartFailed(error),
    );
  }

  /** A port has been posted to it. It is looked at by `takePorts`. */
  givePort(port: MemberPort): void {
    this.#given.push(port);
  }

  /** Joins the ports that have been posted to it. */
  takePorts(): void {
    for (const { member, port, serial } of this.#given.splice(0)) {
      this.actors?.mesh.setPort(member, port, serial);
    }
  }

  #begin(): void {
    const { config, control, member } = this.#options;
    if (config.attributePromises) this.#release = attributePromises(this.actors!);
    control.setStatus(member, StatusWord.STATE, MemberState.RUNNING);
    this.isRunning = true;
    this.#options.onReady();
    this.#loop!.wake();
  }

  #end(isLast: boolean): void {
    if (this.strand.isDead) return;
    this.#loop!.stop();
    this.actors!.mesh.finish(isLast);
    this.#options.control.setStatus(this.member, StatusWord.STATE, MemberState.ABSENT);
    this.#close();
    this.#options.onEnded();
  }

  /** It dies with code of its own on the stack: the memory is kept as it stands. */
  keepMemory(): void {
    this.#image = new MemoryImage(this.member, this.#options.control, this.#options.channels);
  }

  /** It is dead: nothing of it runs any more, and what it did since it died is taken back. */
  bury(): void {
    this.#image?.restore();
    this.#image = null;
    this.#close();
  }

  #close(): void {
    this.isRunning = false;
    this.#release();
    this.#release = () => {};
    this.strand.die();
    // A promise from outside may still settle for it: what it does then must not reach the memory of the next.
    this.#loop = null;
    if (this.actors !== null) this.actors.isClosed = true;
    this.actors?.mesh.closePorts();
    for (const { port } of this.#options.ports) port.close();
  }
}
