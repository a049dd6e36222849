import { ActorKind } from '../actor/actor-kind.js';
import { asLoaded, type LoadedDefinition } from '../actor/definition.js';
import type { KindMeter } from '../actor/kind-meter.js';
import { TroupeError } from '../base/errors.js';

/** A definition as data: where its code is. */
export interface Located {
  readonly module: string;
  readonly name: string;
}

/** Finds the export that a definition names, in whichever thread. @throws {TroupeError} ERR_DEFINITION_NOT_FOUND */
export async function loadExport(located: Located): Promise<unknown> {
  let module: Record<string, unknown>;
  try {
    module = (await import(located.module)) as Record<string, unknown>;
  } catch (cause) {
    throw notFound(located, `the module could not be loaded: ${(cause as Error).message}`, cause);
  }
  // A CommonJS module shows its exports under `default` when they cannot be known before it runs.
  const fallback = module['default'] as Record<string, unknown> | undefined;
  const value = module[located.name] ?? fallback?.[located.name];
  if (value === undefined) {
    const names = Object.keys(module).join(', ');
    throw notFound(located, `the module exports ${names || 'nothing'}`, undefined);
  }
  return value;
}

function notFound(located: Located, what: string, cause: unknown): TroupeError {
  return new TroupeError('ERR_DEFINITION_NOT_FOUND', {
    what: `${located.name} not found: ${what}`,
    where: located.module,
    mend: `write \`export const ${located.name} = defineActor…({ module: import.meta.url, name: '${located.name}', … })\` at the top level of that module`,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The kinds of actors that this thread knows, each loaded once. */
export class ModuleLoader {
  /** Imports under way on this thread, whoever began them: a simulation stands still until they are done. */
  static underWay = 0;
  /** By module, then by name. */
  readonly #kinds = new Map<string, Map<string, ActorKind>>();
  readonly #loading = new Map<string, Promise<ActorKind>>();
  /** Numbers a name in shared memory. */
  readonly label: (name: string) => number;
  readonly #meterOf: ((kind: string) => KindMeter) | null;

  /**
   * @param label numbers names in shared memory, for the watchdog
   * @param meterOf what measures a kind; null: nothing is measured
   */
  constructor(
    label: (name: string) => number,
    meterOf: ((kind: string) => KindMeter) | null = null,
  ) {
    this.label = label;
    this.#meterOf = meterOf;
  }

  /** The kind at once when it is known or the definition brings its code along; else a promise. */
  kind(definition: Located): ActorKind | Promise<ActorKind> {
    const known = this.known(definition);
    if (known !== undefined) return known;
    const loaded = asLoaded(definition);
    if (loaded !== undefined) return this.#keep(definition, loaded);
    const key = `${definition.module}#${definition.name}`;
    let loading = this.#loading.get(key);
    if (loading === undefined) {
      loading = this.#load(key, definition);
      this.#loading.set(key, loading);
    }
    return loading;
  }

  /** The kind of a definition, if this thread has it already. */
  known(definition: Located): ActorKind | undefined {
    const known = this.#find(definition);
    const loaded = asLoaded(definition);
    return loaded === undefined || known?.definition === loaded ? known : undefined;
  }

  #find(definition: Located): ActorKind | undefined {
    return this.#kinds.get(definition.module)?.get(definition.name);
  }

  async #load(key: string, located: Located): Promise<ActorKind> {
    ModuleLoader.underWay++;
    try {
      const definition = asLoaded(await loadExport(located));
      if (definition === undefined) {
        throw notFound(located, 'the export is no actor definition', undefined);
      }
      return this.#keep(located, definition);
    } finally {
      ModuleLoader.underWay--;
      this.#loading.delete(key);
    }
  }

  #keep({ module, name }: Located, definition: LoadedDefinition): ActorKind {
    const kind = new ActorKind(definition, this.label, this.#meterOf?.(name) ?? null);
    const kinds = this.#kinds.get(module);
    if (kinds === undefined) this.#kinds.set(module, new Map([[name, kind]]));
    else kinds.set(name, kind);
    return kind;
  }
}
