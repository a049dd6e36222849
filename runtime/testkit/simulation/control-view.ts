import { ControlBlock } from '../../memory/control-block.js';
import { StatusWord, statusIndex } from '../../memory/control-block-descriptor.js';
import { Doorbell } from '../../memory/doorbell.js';

/** The way of a bell from the one who rings to the one who sleeps. */
export interface BellPort {
  /** Just before a thread rings: a place at which it can die. */
  beforeRing(): void;
  /** The bell of `member` was rung. It is heard after a while. */
  rung(member: number): void;
  /** The thread sleeps until `resolve` is called. */
  sleeps(member: number, resolve: () => void): void;
}

/** A doorbell whose sound takes its time: the word in shared memory is the real one. */
class SlowDoorbell extends Doorbell {
  readonly #member: number;
  readonly #port: BellPort;

  constructor(control: ControlBlock, member: number, port: BellPort) {
    super(control.words, statusIndex(member, StatusWord.DOORBELL));
    this.#member = member;
    this.#port = port;
  }

  override ring(): boolean {
    this.#port.beforeRing();
    const rung = super.ring();
    if (rung) this.#port.rung(this.#member);
    return rung;
  }

  override wait(): Promise<unknown> | undefined {
    if (!this.parked) return undefined;
    return new Promise<void>((resolve) => this.#port.sleeps(this.#member, resolve));
  }
}

/** The shared block as one virtual thread sees it: the same memory, with doorbells that the seed delays. */
export function controlView(memory: SharedArrayBuffer, port: BellPort): ControlBlock {
  const control = ControlBlock.attach(memory);
  control.doorbell = (member: number): Doorbell => new SlowDoorbell(control, member, port);
  return control;
}
