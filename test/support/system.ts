import { ActorSystem, type SystemOptions } from '../../runtime/index.js';

/** What the kit needs of a tap test. */
export interface Cleanup {
  teardown(callback: () => unknown): void;
}

/** Deadline of the stop after a test: short, because a test that leaves something running has failed. */
const STOP_DEADLINE_MS = 5000;

/** Starts a system with two worker threads, unless told otherwise, and stops it after the test. */
export async function startSystem(t: Cleanup, options: SystemOptions = {}): Promise<ActorSystem> {
  const system = await ActorSystem.start({
    threads: 2,
    stopDeadlineMs: STOP_DEADLINE_MS,
    deadLetterEvents: 1000,
    ...options,
  });
  t.teardown(() => system.stop());
  return system;
}
