import fc from 'fast-check';
import t from 'tap';
import { ObjectTable } from '../../runtime/codec/object-table.js';
import { holds } from './round-trip.js';

t.test('objects have the numbers of their order, however many there are', async (t) => {
  const agrees = (count: number, kept: number) => {
    const table = new ObjectTable();
    const objects = Array.from({ length: count }, () => ({}));
    for (const each of objects) table.add(each);
    if (objects.some((each, i) => table.find(each) !== i) || table.find({}) !== -1) return false;
    const left = Math.min(kept, count);
    table.truncate(left);
    if (objects.some((each, i) => table.find(each) !== (i < left ? i : -1))) return false;
    const next = {};
    table.add(next);
    if (table.find(next) !== left || table.count !== left + 1) return false;
    table.clear();
    return table.count === 0 && table.find(next) === -1;
  };
  holds(t, fc.property(fc.nat(40), fc.nat(40), agrees), 500);
  t.ok(agrees(3000, 1500));
});

t.test('a table can be used again after many objects', async (t) => {
  const table = new ObjectTable();
  for (let round = 0; round < 3; round++) {
    const objects = Array.from({ length: round === 1 ? 2000 : 5 }, () => ({}));
    for (const each of objects) table.add(each);
    t.ok(objects.every((each, i) => table.find(each) === i));
    table.clear();
  }
});
