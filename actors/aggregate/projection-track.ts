import { type Journal, type Put, START, type StoredRecord } from '../../runtime/index.js';
import { pagedEvents, projectPage } from './project-page.js';
import type { Projector } from './projection-spec.js';
import {
  CHECKPOINT_TABLE,
  type Checkpoint,
  type Generation,
  type GenerationPlaces,
  placesOf,
} from './projection-tables.js';

/** Records of one page. */
const PAGE_COUNT = 500;

/** What one step of a generation came to. */
export type TrackStep =
  /** A page is in the read model; there may be more. */
  | { readonly type: 'moved' }
  /** There was nothing more to read. */
  | { readonly type: 'live' }
  /** It stands before an event that fails; what came before is in the read model. */
  | { readonly type: 'stuck'; readonly record: StoredRecord; readonly error: unknown }
  /** Somebody else has moved the same generation. */
  | { readonly type: 'overtaken' };

/** One generation of a read model on its way through the events. */
export class ProjectionTrack {
  readonly generation: Generation;
  readonly #projector: Projector;
  readonly #journal: Journal;
  #checkpoint: Checkpoint | undefined;
  #isLoaded = false;
  readonly #places: GenerationPlaces;

  constructor(projector: Projector, journal: Journal, generation: Generation) {
    this.#projector = projector;
    this.#journal = journal;
    this.generation = generation;
    this.#places = placesOf(projector.name, generation);
  }

  get setAsideCount(): number {
    return this.#checkpoint?.setAsideCount ?? 0;
  }

  /** Forgets where it was, after a request of unknown fate: the next step asks the journal. */
  reset(): void {
    this.#isLoaded = false;
  }

  /**
   * Applies the next page: values and checkpoint in one transaction, which is refused if the checkpoint is
   * no longer the one it began with. So every event is applied exactly once, whoever runs and fails.
   * @param mayStop false to set the events aside that fail
   * @throws what the journal fails with
   */
  async step(mayStop: boolean): Promise<TrackStep> {
    const { key, values: table, aside } = this.#places;
    if (!this.#isLoaded) {
      this.#checkpoint = (await this.#journal.get(CHECKPOINT_TABLE, key)) as Checkpoint | undefined;
      this.#isLoaded = true;
    }
    const before = this.#checkpoint;
    const page = await this.#journal.readAll(before?.position ?? START, PAGE_COUNT);
    if (page.length === 0) return { type: 'live' };
    const events = pagedEvents(this.#projector, page);
    const values = await this.#values(events.flatMap(({ keys }) => keys));
    const outcome = projectPage(this.#projector, events, values, mayStop);
    const { failure } = outcome;
    if (outcome.position !== undefined) {
      const after: Checkpoint = {
        position: outcome.position,
        page: (before?.page ?? 0) + 1,
        setAsideCount: this.setAsideCount + outcome.setAside.length,
      };
      const expected = before === undefined ? ('absent' as const) : { equals: before };
      const puts: Put[] = [{ table: CHECKPOINT_TABLE, key, value: after, expected }];
      for (const [key, value] of outcome.values) puts.push({ table, key, value });
      for (const event of outcome.setAside) {
        puts.push({ table: aside, key: event.position, value: event });
      }
      const result = await this.#journal.transact({ puts });
      if (!result.ok) return { type: 'overtaken' };
      this.#checkpoint = after;
    }
    return failure === undefined ? { type: 'moved' } : { type: 'stuck', ...failure };
  }

  async #values(keys: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const table = this.#places.values;
    const unique = [...new Set(keys)];
    const values = await Promise.all(unique.map((key) => this.#journal.get(table, key)));
    return new Map(unique.map((key, index) => [key, values[index]]));
  }
}
