/** Failures in a row after which polling is given up for a while. */
const TRUST = 4;
/** Idle times without polling between two tries. */
const RETRY_AFTER = 32;
/** Of so many tries one is a long one. */
const LONG_TRY_EVERY = 8;
/** How many times as long as usual that is, and the longest that any try is. */
const LONG_STRETCH = 4;
/** Late successes in a row after which the longer time is given up: more than there are between two tries of another. */
const LATE_LIMIT = 40;

/**
 * Whether an idle thread should poll before it parks, and for how long. Polling pays when work comes within its time;
 * where the one who would bring the work needs this processor, or work is rare, it only burns time. So after a
 * few vain tries in a row the thread parks at once, and tries again now and then. A vain try makes the next one longer:
 * the other may just have parked, since this thread was held up once, and then takes a while to wake up.
 *
 * Of two threads that work for each other and have both parked, each waits for the other to wake up too, so neither would
 * find that polling pays once both do it. Therefore some tries are longer. What is found late keeps the longer time, so
 * that the other finds this thread awake when it tries; work within the usual time ends it, and so does
 * waiting for that in vain.
 *
 * | trust | begin                                 | in time        | late                          | failed                         |
 * |-------|---------------------------------------|----------------|-------------------------------|--------------------------------|
 * | 1..4  | the present time                      | 4, usual time  | 4; the 40th: 0                | trust - 1, twice, up to 4 times|
 * | 0     | every 32nd: usual time, of these each | 4, usual time  | 4                             | 0                              |
 * |       | 8th: 4 times that; otherwise 0        |                |                               |                                |
 */
export class SpinWorth {
  #trust = TRUST;
  #skippedCount = 0;
  #tryCount = 0;
  #stretch = 1;
  #lateCount = 0;

  /** An idle time begins. @returns how many times the usual time it should poll; 0: not at all */
  begin(): number {
    if (this.#trust > 0) return this.#stretch;
    this.#skippedCount++;
    if (this.#skippedCount < RETRY_AFTER) return 0;
    this.#skippedCount = 0;
    this.#lateCount = 0;
    this.#stretch = ++this.#tryCount % LONG_TRY_EVERY === 0 ? LONG_STRETCH : 1;
    return this.#stretch;
  }

  /** Work came while polling. @param isLate after the usual time */
  succeeded(isLate: boolean): void {
    this.#skippedCount = 0;
    this.#lateCount = isLate ? this.#lateCount + 1 : 0;
    this.#trust = this.#lateCount < LATE_LIMIT ? TRUST : 0;
    if (!isLate) this.#stretch = 1;
  }

  /** The time for polling passed without work. */
  failed(): void {
    if (this.#trust > 0) this.#trust--;
    this.#stretch = Math.min(2 * this.#stretch, LONG_STRETCH);
  }
}
