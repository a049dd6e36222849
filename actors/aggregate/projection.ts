import {
  type ActorRef,
  type ActorSystem,
  type AskOptions,
  checkMade,
  checkNames,
  type Journal,
  type ScanRange,
  type SpawnOptions,
} from '../../runtime/index.js';
import type { ProjectionDefinition } from './define-projection.js';
import { type JournalSource, openSource } from './journal-source.js';
import type { ProjectionMessage, ProjectionStatus } from './projection-runner.js';
import {
  ACTIVE_TABLE,
  type Generation,
  placesOf,
  type SetAsideEvent,
} from './projection-tables.js';

/** How a projection runs. */
export interface ProjectOptions {
  /** The journal whose events it follows; the read model is in it too. */
  readonly journal: JournalSource;
  /** Where it runs; spread over the workers when left out. */
  readonly placement?: SpawnOptions['placement'];
}

/** A read model as its users see it. @typeParam V its values */
export class Projection<V> {
  readonly #name: string;
  readonly #journal: Journal;
  /** The actor that runs it: to be watched or stopped. */
  readonly ref: ActorRef<ProjectionMessage>;

  /** @internal see `project` */
  constructor(name: string, journal: Journal, ref: ActorRef<ProjectionMessage>) {
    checkMade(ref !== undefined, 'Projection', 'await project(system, definition, { journal })');
    this.#name = name;
    this.#journal = journal;
    this.ref = ref;
  }

  /** The value of a key, as far as the projection has come; undefined when there is none. */
  async get(key: string): Promise<V | undefined> {
    const { values } = placesOf(this.#name, await this.#generation());
    return (await this.#journal.get(values, key)) as V | undefined;
  }

  /** One page of keys and values, in order of the keys. */
  async scan(range?: ScanRange): Promise<readonly { readonly key: string; readonly value: V }[]> {
    const { values } = placesOf(this.#name, await this.#generation());
    return (await this.#journal.scan(values, range)) as { key: string; value: V }[];
  }

  /** The events that were set aside, in order. */
  async setAside(range?: ScanRange): Promise<readonly SetAsideEvent[]> {
    const { aside } = placesOf(this.#name, await this.#generation());
    const entries = await this.#journal.scan(aside, range);
    return entries.map(({ value }) => value as SetAsideEvent);
  }

  /**
   * Resolves when everything that was committed before is in the read model.
   * @throws {TroupeError} ERR_AGGREGATE_PROJECTION when it has stopped, ERR_ASK_TIMEOUT
   */
  caughtUp(ask?: AskOptions): Promise<void> {
    return this.ref.ask({ type: 'caught-up' }, ask);
  }

  /** Builds it anew beside the present one. Resolves when the new one is read. @throws as `caughtUp` */
  rebuild(ask?: AskOptions): Promise<void> {
    return this.ref.ask({ type: 'rebuild' }, ask);
  }

  /** Tries the event again at which it stopped. */
  resume(): void {
    this.ref.tell({ type: 'resume' });
  }

  status(ask?: AskOptions): Promise<ProjectionStatus> {
    return this.ref.ask({ type: 'status' }, ask);
  }

  async #generation(): Promise<Generation> {
    const active = await this.#journal.get(ACTIVE_TABLE, this.#name);
    return active as Generation;
  }
}

/**
 * Runs a projection: an actor that follows the events and writes the read model, each event exactly once,
 * also over crashes. Run each once for a journal; a second one stops itself.
 * @throws {TroupeError} ERR_OPTION, ERR_START_FAILED, and those of `system.spawn`
 */
export async function project<V>(
  system: ActorSystem,
  definition: ProjectionDefinition<V>,
  options: ProjectOptions,
): Promise<Projection<V>> {
  checkNames('project', options, { journal: true, placement: true });
  const { journal, placement = 'spread' } = options;
  const ref = system.spawn(definition, { journal }, { placement, restart: 'permanent' });
  await system.started(ref);
  return new Projection(definition.name, openSource(journal, system), ref);
}
