/** A promise of Raft is broken. `check` names the promise, the message says how. */
export class Violation extends Error {
  readonly check: string;

  constructor(check: string, text: string) {
    super(text);
    this.check = check;
  }
}

/** @throws {Violation} when `holds` is false */
export function expect(holds: boolean, check: string, text: () => string): void {
  if (!holds) throw new Violation(check, text());
}
