import type { WriteStream } from 'node:tty';
import type { Progress } from './load/load-thread.js';
import type { SiteFigures } from './site-protocol.js';

type Out = Pick<WriteStream, 'write' | 'isTTY' | 'columns'>;

/** What is shown: a site, and what it last said of itself. */
export interface Shown {
  readonly figures: SiteFigures | undefined;
}

const TERMINAL_MS = 250;
const PLAIN_MS = 1000;

/**
 * Shows how it goes: on a terminal a panel that is written over, elsewhere a line a second. Lines that stay are
 * written above.
 */
export class Panel {
  readonly #out: Out;
  #site: Shown | undefined;
  #beganMs = 0;
  #shownMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #rows: readonly string[] = [];
  #answered = 0;
  #failed = 0;
  #latenciesMs: number[] = [];
  #handled: readonly number[] = [];

  constructor(out: Out) {
    this.#out = out;
  }

  /** Writes a line that stays. */
  line(text: string): void {
    this.#erase();
    this.#out.write(`${text}\n`);
    this.#draw();
  }

  /** Begins to show a site under load. */
  begin(site: Shown): void {
    this.#site = site;
    this.#beganMs = performance.now();
    this.#shownMs = this.#beganMs;
    this.#timer = setInterval(() => this.show(), this.#out.isTTY ? TERMINAL_MS : PLAIN_MS);
  }

  /** Takes in how the load goes. */
  progress({ answeredCount, failedCount, latenciesMs }: Progress): void {
    this.#answered += answeredCount;
    this.#failed += failedCount;
    for (const ms of latenciesMs) this.#latenciesMs.push(ms);
  }

  /** Shows nothing any more. */
  end(): void {
    clearInterval(this.#timer);
    this.#erase();
    this.#rows = [];
    this.#site = undefined;
  }

  /** Shows how it goes since it last did. */
  show(): void {
    const nowMs = performance.now();
    const seconds = (nowMs - this.#shownMs) / 1000;
    this.#shownMs = nowMs;
    const sorted = this.#latenciesMs.sort((a, b) => a - b);
    const at = (share: number): string =>
      sorted.length === 0 ? '-' : sorted[Math.floor(sorted.length * share)]!.toFixed(0);
    const rate = Math.round(this.#answered / seconds);
    const text =
      `${elapsed(nowMs - this.#beganMs)}  ${String(rate).padStart(5)} requests/s  ` +
      `p50 ${at(0.5).padStart(4)} ms  p99 ${at(0.99).padStart(5)} ms  ${this.#failed} failed`;
    [this.#answered, this.#failed, this.#latenciesMs] = [0, 0, []];
    if (this.#out.isTTY) this.#redraw(text, seconds);
    else this.#out.write(`${text}\n`);
  }

  #redraw(text: string, seconds: number): void {
    const { handled = [], aliveThreads = [], breaker = '-' } = this.#site?.figures ?? {};
    const rows = handled.map((count, thread) => {
      const rate = Math.max(0, Math.round((count - (this.#handled[thread] ?? count)) / seconds));
      const name = thread === 0 ? 'main    ' : `thread ${thread}`;
      const state = thread === 0 || aliveThreads.includes(thread) ? 'alive' : 'dead ';
      return `  ${name}  ${state}  ${bar(rate)} ${rate} messages/s`;
    });
    this.#handled = handled;
    this.#erase();
    this.#rows = ['', text, ...rows, `  breaker of the credit bureau: ${breaker}`];
    this.#draw();
  }

  #erase(): void {
    if (this.#rows.length > 0) this.#out.write(`\x1b[${this.#rows.length}A\x1b[0J`);
  }

  #draw(): void {
    const width = (this.#out.columns || 80) - 1;
    for (const row of this.#rows) this.#out.write(`${row.slice(0, width)}\n`);
  }
}

function elapsed(ms: number): string {
  return `${(ms / 1000).toFixed(0).padStart(4)} s`;
}

/** A bar on a logarithmic scale: one step for each doubling. */
function bar(rate: number): string {
  const length = rate < 1 ? 0 : Math.min(16, 1 + Math.floor(Math.log2(rate)));
  return '#'.repeat(length).padEnd(16);
}
