import type { ActorSystem, SystemOptions } from '../../../runtime/index.js';
import { type Recorder, start } from '../../contract/fixtures-b/kit.js';

/** What of a tap test ends what it began. */
export interface Cleanup {
  teardown(callback: () => unknown): void;
}

/** Starts a system that records its events and that is stopped after the test, however that goes. */
export async function startFor(
  t: Cleanup,
  options: SystemOptions = {},
): Promise<{ system: ActorSystem; events: Recorder }> {
  const started = await start(options);
  t.teardown(() => started.system.stop({ deadlineMs: 1000 }));
  return started;
}
