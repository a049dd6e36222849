import { ActorSystem, type SystemOptions } from '../../runtime/index.js';

/** What the kit needs of a tap test. */
export interface Cleanup {
  teardown(callback: () => unknown): void;
}

/** Deadline of the stop after a test: short, because a test that leaves something running has failed. */
const STOP_DEADLINE_MS = 5000;
/** Answers take this long only where none will come: a loaded machine takes seconds to begin a thread. */
const ASK_TIMEOUT_MS = 30_000;

/** Starts a system with two worker threads, unless told otherwise, and stops it after the test. */
export async function startSystem(t: Cleanup, options: SystemOptions = {}): Promise<ActorSystem> {
  const system = await ActorSystem.start({
    threads: 2,
    stopDeadlineMs: STOP_DEADLINE_MS,
    askTimeoutMs: ASK_TIMEOUT_MS,
    deadLetterEvents: 1000,
    ...options,
  });
  t.teardown(() => system.stop());
  return system;
}
