/** Failures in a row after which polling is given up for a while. */
const TRUST = 4;
/** Idle times without polling between two tries. */
const RETRY_AFTER = 32;

/**
 * Whether an idle thread should poll before it parks. Polling pays when work comes within its time; where
 * the one who would bring the work needs this processor, or work is rare, it only burns time. So after a
 * few vain tries in a row the thread parks at once, and tries again now and then.
 *
 * | trust | begin                                | succeeded | failed    |
 * |-------|--------------------------------------|-----------|-----------|
 * | 1..4  | true                                 | 4         | trust - 1 |
 * | 0     | true every 32nd time, otherwise false | 4         | 0         |
 */
export class SpinWorth {
  #trust = TRUST;
  #skipped = 0;

  /** An idle time begins. @returns true when it should begin with polling */
  begin(): boolean {
    if (this.#trust > 0) return true;
    this.#skipped++;
    if (this.#skipped < RETRY_AFTER) return false;
    this.#skipped = 0;
    return true;
  }

  /** Work came while polling. */
  succeeded(): void {
    this.#trust = TRUST;
    this.#skipped = 0;
  }

  /** The time for polling passed without work. */
  failed(): void {
    if (this.#trust > 0) this.#trust--;
  }
}
