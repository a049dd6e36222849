import type { ChildTimer } from './child-timer.js';

/** Somebody who waits for the start of a child. */
export interface StartWaiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** What a supervisor keeps of children that have a name, are awaited, fail or are being stopped. */
export class ChildExtras {
  name: string | undefined = undefined;
  /** Token of the armed timer; 0 for none. */
  timerToken = 0;
  timer: ChildTimer | null = null;
  /** Restarts in a row that count for the backoff. */
  attempts = 0;
  /** When the present incarnation reported its start; -1 if it has not. Kept only where there is a backoff. */
  startedAtMs = -1;
  /** A group restart waits for the end of this incarnation. */
  toHalt = false;
  /** Its first start was reported; of a child that is running its phase says that. */
  hasStarted = false;
  /** Restarts ordered so far. */
  restarts = 0;
  waiting: StartWaiter[] = [];
}
