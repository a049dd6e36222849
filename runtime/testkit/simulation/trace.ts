/** Lines that a trace keeps at most. */
const MAX_LINES = 20_000;

/**
 * What happened in a simulation: a hash of everything, by which two runs are compared, and on request the
 * lines for people.
 */
export class Trace {
  readonly lines: string[] = [];
  readonly #keepsLines: boolean;
  #hash = 0x811c9dc5;

  constructor(keepsLines: boolean) {
    this.#keepsLines = keepsLines;
  }

  /** Equal for equal runs: 8 hexadecimal digits. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** Something that belongs to the run, but is no news for people. */
  count(value: number): void {
    this.#hash = Math.imul(this.#hash ^ value, 0x01000193);
  }

  note(nowMs: number, member: number, text: string): void {
    let hash = this.#hash;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    this.#hash = hash;
    this.count(Math.round(nowMs * 1000) | 0);
    if (!this.#keepsLines || this.lines.length >= MAX_LINES) return;
    this.lines.push(`${nowMs.toFixed(3).padStart(10)}  ${member}  ${text}`);
  }
}
