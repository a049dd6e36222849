import type { Position } from '../../runtime/index.js';

/** Which generation of each read model is read, by name. */
export const ACTIVE_TABLE = 'projection.active';
/** How far each generation has come, by `generationKey`. */
export const CHECKPOINT_TABLE = 'projection.checkpoints';

/** A generation of a read model. What another version of the code has begun is another one. */
export interface Generation {
  readonly generation: number;
  /** Version of the code that built it. */
  readonly version: number;
}

/** How far a generation has come: written with the values, so that each event counts exactly once. */
export interface Checkpoint {
  readonly position: Position;
  /** Counts the pages, so that no two checkpoints are equal. */
  readonly page: number;
  readonly setAsideCount: number;
}

/** An event that could not be applied. */
export interface SetAsideEvent {
  readonly stream: string;
  readonly version: number;
  readonly position: Position;
  readonly error: string;
}

/** What tells a generation from all others: the key of its checkpoint. */
export function generationKey(name: string, { generation, version }: Generation): string {
  return `${name}.v${version}.${generation}`;
}

/** The table of values of a generation. */
export function valueTable(name: string, generation: Generation): string {
  return `projection.values.${generationKey(name, generation)}`;
}

/** The table of set aside events of a generation, by position. */
export function setAsideTable(name: string, generation: Generation): string {
  return `projection.aside.${generationKey(name, generation)}`;
}
