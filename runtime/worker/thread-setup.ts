import type { ActorCell } from '../actor/actor-cell.js';
import type { ExitReason } from '../actor/exit-reason.js';
import type { JobDefinition, OffloadOptions } from '../actor/job.js';
import type { Clock } from '../base/clock.js';
import type { Random } from '../base/random.js';
import type { ControlBlock } from '../memory/control-block.js';
import type { ChannelMatrix } from './mesh.js';
import type { ThreadConfig } from './thread-config.js';
import type { ThreadSignal } from './thread-signals.js';

/** What a thread is given at its start, beside the configuration. */
export interface ThreadSetup {
  readonly config: ThreadConfig;
  readonly thread: number;
  readonly serial: number;
  readonly control: ControlBlock;
  readonly channels: ChannelMatrix;
  readonly clock: Clock;
  readonly random: Random;
  /** Serial of the dead thread that this one replaces, 0 if none; and who was told of its death. */
  readonly predecessor: number;
  readonly survivors: readonly (readonly [member: number, serial: number])[];
  /** Takes thread signals that concern the system: on the main thread, `system/`. */
  readonly onSystemSignal: (from: number, signal: ThreadSignal) => void;
  readonly onGuardianRemoved: (cell: ActorCell, reason: ExitReason) => void;
  readonly publish: (name: string, payload: unknown) => void;
  readonly offload: (
    job: JobDefinition<never, unknown>,
    args: unknown,
    options: OffloadOptions | undefined,
  ) => Promise<unknown>;
  /** There is work: see to it that `turn` is called. */
  readonly wake: () => void;
  /** Calls it after the event loop has had its turn, also when the thread has stopped. */
  readonly afterIo: (call: () => void) => void;
}
