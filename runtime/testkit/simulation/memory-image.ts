import type { ControlBlock } from '../../memory/control-block.js';
import type { ChannelMatrix } from '../../worker/mesh.js';

/**
 * All shared memory that a thread can write, as it stood at one moment. Code of a thread that dies in the
 * middle of something still runs on to the end of its stack, because a program cannot drop it; what it wrote
 * meanwhile is taken back.
 */
export class MemoryImage {
  readonly #parts: { readonly memory: SharedArrayBuffer; readonly bytes: Uint8Array }[];

  constructor(member: number, control: ControlBlock, channels: ChannelMatrix) {
    const memories = [control.memory, ...channels[member]!, ...channels.map((row) => row[member]!)];
    this.#parts = memories
      .filter((memory) => memory != null)
      .map((memory) => ({ memory, bytes: new Uint8Array(memory).slice() }));
  }

  restore(): void {
    for (const { memory, bytes } of this.#parts) new Uint8Array(memory).set(bytes);
  }
}
