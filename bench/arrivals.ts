import { sharedNowMs } from './shared-clock.js';

/** Messages sent before the event loop has its turn, even if more are due. */
const MOST_AT_ONCE = 1000;

/**
 * How many messages of a fixed schedule are due: message `i` at `startMs + i * intervalMs`.
 * @param count messages of the whole schedule
 */
export function dueCount(
  startMs: number,
  intervalMs: number,
  nowMs: number,
  count: number,
): number {
  if (nowMs < startMs) return 0;
  return Math.min(Math.floor((nowMs - startMs) / intervalMs) + 1, count);
}

/**
 * An open loop: arrivals on a fixed schedule, whatever the receiver does. Who was late sends all that
 * has become due meanwhile, each with the time at which it should have been sent, so that a stall
 * counts for all whom it kept waiting: no coordinated omission.
 * @param send is given the number of the message and its time, in ms of the shared clock
 * @returns a promise that resolves when all are sent
 */
export function sendOnSchedule(
  count: number,
  intervalMs: number,
  send: (i: number, dueMs: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const startMs = sharedNowMs();
    let sent = 0;
    const step = (): void => {
      try {
        const due = dueCount(startMs, intervalMs, sharedNowMs(), count);
        for (const end = Math.min(due, sent + MOST_AT_ONCE); sent < end; sent++) {
          send(sent, startMs + sent * intervalMs);
        }
      } catch (error) {
        reject(error);
        return;
      }
      if (sent < count) setImmediate(step);
      else resolve();
    };
    step();
  });
}

/**
 * A closed loop: as fast as the receiver can, at most two bursts ahead of what it has handled.
 * @param mark asks the receiver to answer when it has handled all that was sent before
 * @returns the last answer
 */
export async function sendInBursts<T>(
  count: number,
  burst: number,
  send: (i: number) => void,
  mark: () => Promise<T>,
): Promise<T> {
  let before: Promise<T> | undefined;
  let sent = 0;
  for (;;) {
    for (const end = Math.min(sent + burst, count); sent < end; sent++) send(sent);
    const after = mark();
    if (sent === count) return (await Promise.all([before, after]))[1];
    await before;
    before = after;
  }
}
