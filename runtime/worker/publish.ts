import type { ActorThread } from './actor-thread.js';
import { MAIN_THREAD } from './thread-config.js';

/** Sends an event to the event stream, which is on the main thread. @throws {TroupeError} ERR_NOT_SENDABLE */
export function publishToMain(thread: ActorThread, name: string, payload: unknown): void {
  if (thread.isClosed) return;
  thread.signals.toThread(MAIN_THREAD, { type: 'event', name, payload });
}
