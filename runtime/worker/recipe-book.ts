import type { ActorKind } from '../actor/actor-kind.js';
import type { CellHost } from '../actor/cell-host.js';
import type { CellRecipe } from '../actor/cell-recipe.js';
import { asLoaded } from '../actor/definition.js';
import type { RestartType } from '../actor/restart-type.js';
import { mailboxOptions, sameSettings } from '../mailbox/mailbox-options.js';
import { messageOf } from '../ref/envelope.js';
import type { Located } from './module-loader.js';

/** Recipes kept for one definition. */
export const MAX_RECIPES = 8;

const isDroppable = (): boolean => true;

/** The recipes of this thread's actors, the same object for actors that were spawned alike. */
export class RecipeBook {
  readonly #host: CellHost;
  readonly #known: (located: Located) => ActorKind | undefined;
  /** Recipes given before, by the kind or, before it is known, by the definition; the newest at the end. */
  readonly #recipes = new WeakMap<object, CellRecipe[]>();

  /** The one given last, of a kind that is known: most actors are spawned like the one before. */
  #last: CellRecipe | null = null;

  /** @param known the kind whose code the thread has already */
  constructor(host: CellHost, known: (located: Located) => ActorKind | undefined) {
    this.#host = host;
    this.#known = known;
  }

  /**
   * The recipe for an actor. As long as the code of its definition is not loaded, the mailbox is by the
   * spawner's word alone. With a gauge, or without code, the recipe is not shared.
   * @param override what the spawner said about the mailbox
   * @param known the kind, when the caller has it
   * @throws {TroupeError} ERR_OPTION for a malformed mailbox
   */
  recipe(
    definition: Located,
    restart: RestartType,
    override: CellRecipe['override'],
    gauge: number,
    known?: ActorKind,
  ): CellRecipe {
    if (gauge === 0 && known === undefined) {
      const last = this.#last;
      const isAlike = last?.definition === definition && last.restart === restart;
      if (isAlike && last.override === override) return last;
    }
    const kind = known ?? this.#known(definition);
    const loaded = kind?.definition ?? asLoaded(definition);
    const key = kind ?? loaded;
    const recipes = key === undefined ? undefined : this.#recipes.get(key);
    if (recipes !== undefined && gauge === 0) {
      for (const recipe of recipes) {
        if (recipe.restart !== restart || !sameSettings(recipe.override, override)) continue;
        if (recipe.kind !== null) this.#last = recipe;
        return recipe;
      }
    }
    const traits = { messageOf, droppable: isDroppable, onUnranked: undefined };
    const settings = { ...loaded?.mailbox, ...override };
    const recipe: CellRecipe = Object.freeze({
      host: this.#host,
      kind: kind ?? null,
      definition: loaded ?? definition,
      restart,
      mailbox: mailboxOptions(settings, traits, `spawn(${definition.name})`),
      gauge,
      override,
    });
    if (key !== undefined && gauge === 0) this.#keep(key, recipe);
    return recipe;
  }

  #keep(key: object, recipe: CellRecipe): void {
    const recipes = this.#recipes.get(key);
    if (recipes === undefined) {
      this.#recipes.set(key, [recipe]);
      return;
    }
    if (recipes.length === MAX_RECIPES) recipes.shift();
    recipes.push(recipe);
  }
}
