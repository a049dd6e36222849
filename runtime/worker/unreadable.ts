import { CounterIndex } from '../memory/counters.js';
import type { ActorThread } from './actor-thread.js';
import type { ArrivalSink } from './arrival-sink.js';

/** A record that cannot be read: a dead letter if it was a message, a failure for who asked, and news for the event stream. */
export function reportUnreadable(
  thread: ActorThread,
  ...[from, to, row, isMessage, reason, error]: Parameters<ArrivalSink['unreadable']>
): void {
  if (isMessage) {
    const { counters } = thread;
    counters[CounterIndex.received] = counters[CounterIndex.received]! + 1;
    const ref = to === undefined ? undefined : thread.makeRef(to, undefined);
    thread.deadLetters.take(undefined, `<${reason}>`, ref, reason, 'sender');
  }
  if (row !== null) thread.post.replyFailure(row, error);
  thread.publish('damaged-record', { from, thread: thread.thread, reason, error: String(error) });
}
