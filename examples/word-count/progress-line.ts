import type { WriteStream } from 'node:tty';

const TERMINAL_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 2000;

/**
 * Shows how far a long work is: on a terminal one line that is written over, elsewhere a line every two
 * seconds. Lines that stay are written between.
 */
export class ProgressLine {
  readonly #out: Pick<WriteStream, 'write' | 'isTTY' | 'columns'>;
  #shownAtMs = Number.NEGATIVE_INFINITY;
  #shown = '';

  constructor(out: Pick<WriteStream, 'write' | 'isTTY' | 'columns'>) {
    this.#out = out;
  }

  /** Shows `text`, unless something was shown just before. */
  update(text: string, nowMs: number): void {
    const intervalMs = this.#out.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
    if (nowMs - this.#shownAtMs < intervalMs) return;
    this.#shownAtMs = nowMs;
    if (!this.#out.isTTY) {
      this.#out.write(`${text}\n`);
      return;
    }
    this.#shown = text.slice(0, (this.#out.columns || 80) - 1);
    this.#out.write(`\r\x1b[2K${this.#shown}`);
  }

  /** Writes a line that stays. */
  log(line: string): void {
    this.#out.write(this.#shown === '' ? `${line}\n` : `\r\x1b[2K${line}\n${this.#shown}`);
  }

  /** The work is over: the line goes, and the next update shows at once. */
  clear(): void {
    if (this.#shown !== '') this.#out.write('\r\x1b[2K');
    this.#shown = '';
    this.#shownAtMs = Number.NEGATIVE_INFINITY;
  }
}
