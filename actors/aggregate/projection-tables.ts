import type { Position } from '../../runtime/index.js';

/** Which generation of each read model is read, by name. */
export const ACTIVE_TABLE = 'projection.active';
/** How far each generation has come, by the key of `placesOf`. */
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

/** Where the parts of a generation are. */
export interface GenerationPlaces {
  /** Key of its checkpoint, which tells it from all others. */
  readonly key: string;
  /** The table of its values. */
  readonly values: string;
  /** The table of its set aside events, by position. */
  readonly aside: string;
}

/** Where a generation of the read model of this name is. */
export function placesOf(name: string, { generation, version }: Generation): GenerationPlaces {
  const key = `${name}.v${version}.${generation}`;
  return { key, values: `projection.values.${key}`, aside: `projection.aside.${key}` };
}
