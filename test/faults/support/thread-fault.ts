/** A way in which code can end its own thread. */
export type ThreadFault =
  | 'uncaught throw'
  | 'unhandled rejection'
  | 'process.exit'
  | 'heap limit'
  | 'endless loop';

/** Ends the thread that calls it, or blocks it for good. */
export function endThread(fault: ThreadFault): void {
  switch (fault) {
    case 'uncaught throw':
      setTimeout(() => {
        throw new RangeError('thrown in a callback of its own');
      }, 0);
      return;
    case 'unhandled rejection':
      // In a callback, so that the promise is not the actor's.
      setTimeout(() => void Promise.reject(new RangeError('rejected in a callback of its own')), 0);
      return;
    case 'process.exit':
      process.exit(7);
      return;
    case 'heap limit': {
      const hoard: unknown[] = [];
      for (;;) hoard.push(new Array(100_000).fill(hoard.length));
    }
    case 'endless loop':
      for (;;);
  }
}
