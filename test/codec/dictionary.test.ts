import { deepStrictEqual } from 'node:assert/strict';
import t from 'tap';
import { DictionaryReader, DictionaryWriter } from '../../runtime/codec/dictionary.js';
import { KIND_ANY, KIND_F64, KIND_I32 } from '../../runtime/codec/shape.js';
import { Region } from '../../runtime/memory/region.js';
import { Line } from './round-trip.js';

t.test('the bytes of a dictionary are these', async (t) => {
  const region = Region.allocate(256);
  const writer = new DictionaryWriter(region);
  t.equal(writer.appendShape({ keys: ['id', '\u20ac'], kinds: [KIND_I32, KIND_ANY] }), 0);
  t.equal(writer.appendString('abcde'), 0);
  t.equal(region.bytes.toString('hex', 0, 8), '4443543168000000');
  t.equal(
    region.bytes.toString('hex', 64, 120),
    `${'18000000'}${'01000200'}${'01010200'}${'69640000'}${'07020100'}${'ac200000'}` +
      `${'10000000'}${'02010500'}${'6162636465000000'}${'00'.repeat(16)}`,
  );
});

t.test('ids count from 0 by sort, and a reader learns them in order', async (t) => {
  const region = Region.allocate(1024);
  const writer = new DictionaryWriter(region);
  const reader = new DictionaryReader(region);
  reader.refresh();
  t.equal(writer.appendString('a'), 0);
  t.equal(writer.appendShape({ keys: [], kinds: [] }), 0);
  t.equal(writer.appendString('\ud800'), 1);
  t.same(reader.strings, [], 'lazily');
  reader.refresh();
  t.same(reader.strings, ['a', '\ud800']);
  t.equal(writer.appendShape({ keys: ['x'], kinds: [KIND_F64] }), 1);
  reader.refresh();
  t.same(reader.shapes[1], { keys: ['x'], kinds: [KIND_F64] });
  t.equal(writer.stringId('\ud800'), 1);
  t.equal(writer.stringId('b'), -1);
});

t.test('what does not fit gives -1 and changes nothing', async (t) => {
  const region = Region.allocate(256);
  const writer = new DictionaryWriter(region);
  t.equal(writer.appendString('x'.repeat(200)), -1);
  t.equal(writer.appendString('x'.repeat(57)), -1, 'strings take one half');
  t.equal(writer.appendShape({ keys: ['x'.repeat(200)], kinds: [KIND_I32] }), -1);
  t.equal(writer.appendShape({ keys: ['__proto__'], kinds: [KIND_I32] }), -1);
  t.equal(writer.appendString('x'.repeat(56)), 0);
  t.equal(writer.appendShape({ keys: ['x'.repeat(56)], kinds: [KIND_I32] }), 0);
  const reader = new DictionaryReader(region);
  reader.refresh();
  t.equal(reader.position, 64 + 64 + 68);
  t.throws(() => new DictionaryReader(Region.allocate(64)), { code: 'ERR_INVARIANT' });
});

t.test('an entry that was never published is written over', async (t) => {
  const region = Region.allocate(256);
  new DictionaryWriter(region);
  region.bytes.fill(0xff, 64);
  const writer = new DictionaryWriter(region);
  writer.appendString('abc');
  const reader = new DictionaryReader(region);
  reader.refresh();
  t.same(reader.strings, ['abc']);
  t.equal(region.bytes.toString('hex', 64, 76), '0c0000000201030061626300');
});

t.test('an area that is no dictionary is refused', async (t) => {
  const spoil: ((region: Region) => void)[] = [
    (region) => region.i32.set([0], 0),
    (region) => region.i32.set([4096], 1),
    (region) => region.i32.set([-5], 1),
    (region) => region.i32.set([4], 16),
    (region) => region.i32.set([1000], 16),
    (region) => region.i32.set([9], 17),
    (region) => region.i32.set([0x7fff0001], 17),
    (region) => region.i32.set([0], 18),
    (region) => region.i32.set([0x00ff0101], 18),
    (region) => region.i32.set([0x00000008], 18),
  ];
  for (const each of spoil) {
    const region = Region.allocate(256);
    new DictionaryWriter(region).appendShape({ keys: ['id'], kinds: [KIND_I32] });
    each(region);
    t.throws(() => new DictionaryReader(region).refresh(), { code: 'ERR_DAMAGED' });
    t.throws(() => new DictionaryWriter(region), { code: 'ERR_DAMAGED' });
  }
});

t.test('a new thread at either end carries on with a used dictionary', async (t) => {
  const line = new Line();
  const messages = (i: number) => [
    { type: 'inc', id: i, value: i / 2, name: `sensor-${i % 5}` },
    { type: 'mixed', value: i % 3 ? i : 'text' },
    { type: 'nested', list: [{ id: i }, { id: -i }], more: null },
  ];
  const check = () => {
    for (let i = 0; i < 40; i++)
      for (const each of messages(i)) deepStrictEqual(line.send(each), each);
  };
  check();
  const published = line.dictionary.i32[1];
  line.encoder = line.newEncoder(true);
  check();
  t.equal(line.dictionary.i32[1], published, 'the new sender learns nothing twice');
  line.decoder = line.newDecoder(true);
  check();
  line.encoder = line.newEncoder(false);
  line.decoder = line.newDecoder(false);
  check();
  const late = { type: 'late', id: 1 };
  for (let i = 0; i < 3; i++) t.same(line.send(late), late);
  t.ok(line.dictionary.i32[1]! > published!);
});
