import type { MessagePort } from 'node:worker_threads';
import type { ControlBlock } from '../memory/control-block.js';
import { StatusWord } from '../memory/control-block-descriptor.js';
import type { ChannelMatrix } from './mesh.js';
import type { ThreadConfig } from './thread-config.js';

/** Limits of V8 for each thread, as `worker_threads` takes them. */
export interface ResourceLimits {
  readonly maxOldGenerationSizeMb?: number;
  readonly maxYoungGenerationSizeMb?: number;
  readonly codeRangeSizeMb?: number;
  readonly stackSizeMb?: number;
}

/** What a host is made from. */
export interface ThreadHostOptions {
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

/** Starts threads, ends them, and says when one is dead. @thread main */
export interface ThreadHost {
  /** Members that run, the main thread included. */
  readonly alive: number[];
  /** Members that have a thread, those about to run included. They are told of deaths. */
  readonly members: number[];
  /**
   * Starts the thread of a member. Resolves when it runs.
   * @param predecessor serial of the dead thread it replaces; 0 for a first start
   * @throws {TroupeError} ERR_THREAD_START
   */
  start(member: number, predecessor: number): Promise<void>;
  /** Ends a thread at once, whatever it does, as its death by a fault would. */
  kill(member: number): boolean;
  /** Resolves when the thread has ended. */
  ended(member: number): Promise<void>;
  /** Waits for all threads to end by themselves, at most `deadlineMs`, then ends those that have not. */
  close(deadlineMs: number): Promise<{ killed: number[] }>;
}

/** Those that were told of a death, whose word the next thread awaits: member and serial. */
export function survivorsOf(
  members: readonly number[],
  member: number,
  predecessor: number,
  control: ControlBlock,
): (readonly [member: number, serial: number])[] {
  if (predecessor === 0) return [];
  return members
    .filter((other) => other !== member)
    .map((other) => [other, control.status(other, StatusWord.SERIAL)] as const);
}
