import type { QueuedCommand } from './queued-command.js';

/** The commands that wait for an aggregate, in order and bounded. */
export class CommandQueue<R> {
  readonly #capacity: number;
  #commands: QueuedCommand<R>[] = [];

  /** @param capacity commands that may wait, at least 1 */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#commands.length;
  }

  /** @returns false when it is full */
  push(command: QueuedCommand<R>): boolean {
    if (this.#commands.length >= this.#capacity) return false;
    this.#commands.push(command);
    return true;
  }

  /** Back to the front, in their order: they had room once and do not lose it. */
  putBack(commands: readonly QueuedCommand<R>[]): void {
    if (commands.length > 0) this.#commands = [...commands, ...this.#commands];
  }

  /** The first commands, at most `count`; the second with the same id waits for the result of the first. */
  takeBatch(count: number): readonly QueuedCommand<R>[] {
    if (this.#commands.length === 1) {
      const all = this.#commands;
      this.#commands = [];
      return all;
    }
    const keys = new Set<string>();
    let end = 0;
    while (end < this.#commands.length && end < count) {
      const key = this.#commands[end]!.record?.key;
      if (key !== undefined) {
        if (keys.has(key)) break;
        keys.add(key);
      }
      end++;
    }
    return this.#commands.splice(0, end);
  }

  clear(): readonly QueuedCommand<R>[] {
    return this.#commands.splice(0);
  }
}
