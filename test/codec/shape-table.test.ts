import t from 'tap';
import { DictionaryWriter } from '../../runtime/codec/dictionary.js';
import { DEFAULT_LIMITS } from '../../runtime/codec/limits.js';
import { KIND_ANY, KIND_F64, KIND_I32, KIND_STRING } from '../../runtime/codec/shape.js';
import { ShapeTable } from '../../runtime/codec/shape-table.js';
import { Region } from '../../runtime/memory/region.js';

function table(bytes = 4096): { dictionary: DictionaryWriter; shapes: ShapeTable } {
  const dictionary = new DictionaryWriter(Region.allocate(bytes));
  return { dictionary, shapes: new ShapeTable(dictionary, DEFAULT_LIMITS, false) };
}

t.test('a list of keys becomes a shape the second time it is met', async (t) => {
  const { dictionary, shapes } = table();
  t.equal(shapes.find(['a', 'b'], { a: 1, b: 'x' }), null);
  const family = shapes.find(['a', 'b'], { a: 1, b: 'x' });
  t.same(family?.plan.shape, { keys: ['a', 'b'], kinds: [KIND_I32, KIND_STRING] });
  t.equal(shapes.find(['a', 'b'], {}), family);
  t.equal(shapes.find(['b', 'a'], {}), null, 'order counts');
  t.equal(shapes.find(['a'], {}), null, 'so does a prefix');
  t.equal(dictionary.shapes.length, 1);
});

t.test('a family widens a few times at most', async (t) => {
  const { dictionary, shapes } = table();
  const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
  const value: Record<string, unknown> = Object.fromEntries(keys.map((key) => [key, 1]));
  shapes.find(keys, value);
  const family = shapes.find(keys, value)!;
  value['k0'] = 1.5;
  t.ok(shapes.widen(family, value));
  t.equal(family.plan.shape.kinds[0], KIND_F64);
  t.notOk(shapes.widen(family, value), 'it fits already');
  for (const key of keys) {
    value[key] = 'text';
    shapes.widen(family, value);
  }
  t.ok(dictionary.shapes.length <= 6, `${dictionary.shapes.length} shapes`);
  t.ok(family.plan.shape.kinds.every((kind) => kind === KIND_ANY));
});

t.test('a table over a used dictionary knows the widest shape of each family', async (t) => {
  const { dictionary, shapes } = table();
  shapes.find(['a'], { a: 1 });
  shapes.widen(shapes.find(['a'], { a: 1 })!, { a: 'x' });
  const next = new ShapeTable(dictionary, DEFAULT_LIMITS, false);
  t.same(next.find(['a'], {})?.plan.shape.kinds, [KIND_ANY]);
  t.equal(next.find(['a'], {})?.plan.id, 1);
});

t.test('when the dictionary is full, known shapes stay and nothing is learned', async (t) => {
  const { shapes } = table(128);
  shapes.find(['a'], { a: 1 });
  const family = shapes.find(['a'], { a: 1 })!;
  const long = [`long${'x'.repeat(60)}`];
  t.equal(shapes.find(long, {}), null);
  t.equal(shapes.find(long, {}), null);
  t.equal(shapes.find(long, {}), null);
  t.equal(shapes.find(['a'], {}), family);
  for (let i = 0; i < 3; i++)
    t.equal(shapes.find(['b'], { b: 1 }), null, 'not even what would fit');
});
