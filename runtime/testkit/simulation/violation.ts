/** A promise of the runtime that was broken. */
export interface Violation {
  /** The check that found it. */
  readonly check: string;
  readonly text: string;
  readonly step: number;
}

/** Takes note of a broken promise; the simulation ends with the first. */
export type Report = (check: string, text: string) => void;
