import type { ExpectedVersion } from '../../runtime/index.js';

/** A command that waits or is being executed. */
export interface QueuedCommand<R> {
  readonly to: R;
  readonly command: unknown;
  readonly expected: ExpectedVersion;
  readonly retries: number;
  /** Key of its record, and its id and fingerprint; null without a command id. */
  readonly record: {
    readonly key: string;
    readonly commandId: string;
    readonly fingerprint: string;
  } | null;
  readonly correlationId: string;
  readonly causationId: string;
}
