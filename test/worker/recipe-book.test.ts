import t from 'tap';
import { ActorKind } from '../../runtime/actor/actor-kind.js';
import { asLoaded, defineActor } from '../../runtime/actor/definition.js';
import type { Located } from '../../runtime/worker/module-loader.js';
import { MAX_RECIPES, RecipeBook } from '../../runtime/worker/recipe-book.js';

const Busy = asLoaded(
  defineActor<{ type: 'go' }>()({
    module: import.meta.url,
    name: 'Busy',
    mailbox: { capacity: 9, priority: () => 1 },
    init: () => 0,
    handlers: { go: () => {} },
  }),
)!;
const LOCATED: Located = { module: import.meta.url, name: 'Busy' };

/** A book of a thread that knows `Busy` once `load` was called. */
function makeBook() {
  let isLoaded = false;
  const kind = new ActorKind(Busy, () => 1);
  const book = new RecipeBook({} as never, ({ name }) =>
    isLoaded && name === 'Busy' ? kind : undefined,
  );
  return { book, load: () => (isLoaded = true) };
}

t.test('actors that are spawned alike share one frozen recipe', async (t) => {
  const { book, load } = makeBook();
  load();
  const recipe = book.recipe(Busy, 'permanent', undefined, 0);
  t.ok(Object.isFrozen(recipe));
  t.equal(recipe.kind?.definition, Busy);
  t.match(recipe, { definition: Busy, restart: 'permanent', gauge: 0, override: undefined });
  t.equal(recipe.mailbox.capacity, 9);
  t.equal(recipe.mailbox.priority, Busy.mailbox.priority);
  t.equal(book.recipe(LOCATED, 'permanent', undefined, 0), recipe, 'found by its data too');
  const other = book.recipe(Busy, 'permanent', { capacity: 3 }, 0);
  t.equal(other.mailbox.capacity, 3);
  t.equal(other.mailbox.priority, Busy.mailbox.priority);
  t.equal(book.recipe(Busy, 'permanent', { capacity: 3 }, 0), other);
  t.not(book.recipe(Busy, 'temporary', undefined, 0), recipe);
});

t.test(
  'without the code the mailbox is by the word of the spawner; with it, by both',
  async (t) => {
    const { book, load } = makeBook();
    const before = book.recipe(LOCATED, 'transient', { overflow: 'fail' }, 0);
    t.match(before.mailbox, { capacity: 65_536, overflow: 'fail' });
    t.equal(before.mailbox.priority, undefined);
    t.equal(before.kind, null);
    load();
    const after = book.recipe(LOCATED, 'transient', { overflow: 'fail' }, 0);
    t.match(after.mailbox, { capacity: 9, overflow: 'fail' });
    t.equal(after.mailbox.priority, Busy.mailbox.priority);
  },
);

t.test('a gauge belongs to one actor', async (t) => {
  const { book } = makeBook();
  const gauged = book.recipe(Busy, 'transient', undefined, 4);
  t.equal(gauged.gauge, 4);
  const plain = book.recipe(Busy, 'transient', undefined, 0);
  t.equal(plain.gauge, 0);
  t.not(book.recipe(Busy, 'transient', undefined, 4), gauged);
  t.equal(book.recipe(Busy, 'transient', undefined, 0), plain);
});

t.test('a bounded number of recipes is kept, the newest', async (t) => {
  const { book } = makeBook();
  const recipe = (capacity: number) => book.recipe(Busy, 'transient', { capacity }, 0);
  const first = recipe(1);
  for (let i = 2; i <= MAX_RECIPES; i++) recipe(i);
  t.equal(recipe(1), first);
  const last = recipe(MAX_RECIPES + 1);
  t.not(recipe(1), first);
  t.equal(recipe(MAX_RECIPES + 1), last);
});

t.test('a malformed mailbox is refused each time, with the name of the actor', async (t) => {
  const { book } = makeBook();
  for (let i = 0; i < 2; i++) {
    t.throws(() => book.recipe(Busy, 'transient', { capacity: 0 }, 0), {
      code: 'ERR_OPTION',
      where: 'spawn(Busy)',
    });
  }
});
