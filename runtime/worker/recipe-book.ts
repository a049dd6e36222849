import type { CellRecipe } from '../actor/cell-recipe.js';
import { asLoaded, type LoadedDefinition } from '../actor/definition.js';
import type { RestartType } from '../actor/restart-type.js';
import { mailboxOptions, sameSettings } from '../mailbox/mailbox-options.js';
import { messageOf } from '../ref/envelope.js';
import type { Located } from './module-loader.js';

/** Recipes kept for one definition. */
export const MAX_RECIPES = 8;

const isDroppable = (): boolean => true;

/** The recipes of this thread's actors, the same object for actors that were spawned alike. */
export class RecipeBook {
  readonly #known: (located: Located) => LoadedDefinition | undefined;
  /** Recipes given before, by the loaded definition; the newest at the end. */
  readonly #recipes = new WeakMap<LoadedDefinition, CellRecipe[]>();

  /** @param known the definition whose code the thread has already */
  constructor(known: (located: Located) => LoadedDefinition | undefined) {
    this.#known = known;
  }

  /**
   * The recipe for an actor. As long as the code of its definition is not loaded, the mailbox is by the
   * spawner's word alone. With a gauge, or without code, the recipe is not shared.
   * @param override what the spawner said about the mailbox
   * @throws {TroupeError} ERR_OPTION for a malformed mailbox
   */
  recipe(
    definition: Located,
    restart: RestartType,
    override: CellRecipe['override'],
    gauge: number,
  ): CellRecipe {
    const loaded = asLoaded(definition) ?? this.#known(definition);
    const recipes = loaded === undefined ? undefined : this.#recipes.get(loaded);
    if (recipes !== undefined && gauge === 0) {
      for (const recipe of recipes) {
        if (recipe.restart === restart && sameSettings(recipe.override, override)) return recipe;
      }
    }
    const traits = { messageOf, droppable: isDroppable, onUnranked: undefined };
    const settings = { ...loaded?.mailbox, ...override };
    const recipe: CellRecipe = Object.freeze({
      definition: loaded ?? definition,
      restart,
      mailbox: mailboxOptions(settings, traits, `spawn(${definition.name})`),
      gauge,
      override,
    });
    if (loaded !== undefined && gauge === 0) this.#keep(loaded, recipe);
    return recipe;
  }

  #keep(loaded: LoadedDefinition, recipe: CellRecipe): void {
    const recipes = this.#recipes.get(loaded);
    if (recipes === undefined) {
      this.#recipes.set(loaded, [recipe]);
      return;
    }
    if (recipes.length === MAX_RECIPES) recipes.shift();
    recipes.push(recipe);
  }
}
