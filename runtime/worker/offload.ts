import type { JobDefinition, OffloadOptions } from '../actor/job.js';
import { checkNames } from '../base/check-option.js';
import type { Address } from '../ref/address.js';
import type { Request } from '../ref/protocol.js';
import type { ActorThread } from './actor-thread.js';
import { MAIN_THREAD } from './thread-config.js';

/** What the actor in front of the offload pool is asked. */
export type OffloadMessage = Request<
  {
    type: 'run';
    module: string;
    name: string;
    args: unknown;
    timeoutMs: number;
  },
  unknown
>;

/** Milliseconds that a job may take unless told otherwise. */
export const DEFAULT_OFFLOAD_TIMEOUT_MS = 30_000;
/** The pool answers a timeout itself; the ask waits a little longer for that. */
const GRACE_MS = 1000;

/** The serial of the main thread, which is the first to be started. */
export const MAIN_SERIAL = 1;

/** The actor in front of the offload pool: the second that the main thread makes. */
export const OFFLOAD_ADDRESS: Address = {
  thread: MAIN_THREAD,
  creator: MAIN_SERIAL,
  slot: 1,
  generation: 2,
};

/** Runs a job in the offload pool, from any thread. */
export function askOffload(
  thread: ActorThread,
  job: JobDefinition<never, unknown>,
  args: unknown,
  options: OffloadOptions | undefined,
): Promise<unknown> {
  try {
    if (options !== undefined) checkNames('offload', options, { timeoutMs: true });
  } catch (error) {
    return Promise.reject(error);
  }
  const timeoutMs = options?.timeoutMs ?? DEFAULT_OFFLOAD_TIMEOUT_MS;
  const message = { type: 'run', module: job?.module, name: job?.name, args, timeoutMs };
  const target = thread.makeRef(OFFLOAD_ADDRESS, '/system/offload');
  return thread.post.ask(target, message, { timeoutMs: timeoutMs + GRACE_MS });
}
