import t from 'tap';
import type { ActorCell } from '../../runtime/actor/actor-cell.js';
import type { Address } from '../../runtime/ref/address.js';
import { CellTable } from '../../runtime/worker/cell-table.js';

/** What the table knows of a cell: its address. */
function cellAt(creator: number, slot: number, generation = 1): ActorCell {
  const ref: Address = { thread: 1, creator, slot, generation };
  return { ref } as ActorCell;
}

t.test('a cell is found by its exact address', async (t) => {
  const table = new CellTable();
  const cell = cellAt(3, 5, 2);
  table.add(cell);
  t.equal(table.get(cell.ref), cell);
  t.equal(table.get({ ...cell.ref, generation: 1 }), undefined, 'an old address');
  t.equal(table.get({ ...cell.ref, slot: 4 }), undefined);
  t.equal(table.get({ ...cell.ref, creator: 4 }), undefined);
  t.equal(table.size, 1);
});

t.test('a cell that is removed is gone, and its slot can be taken by the next', async (t) => {
  const table = new CellTable();
  const [first, other] = [cellAt(3, 0, 1), cellAt(3, 1, 1)];
  table.add(first);
  table.add(other);
  table.remove(first);
  t.equal(table.get(first.ref), undefined);
  t.equal(table.get(other.ref), other);
  const second = cellAt(3, 0, 2);
  table.add(second);
  t.equal(table.get(second.ref), second);
  table.remove(first);
  t.equal(table.get(second.ref), second, 'the former one was removed already');
  t.equal(table.size, 2);
});

t.test('a cell that is asked for again is the present one, or none', async (t) => {
  const table = new CellTable();
  const [cell, other] = [cellAt(3, 0), cellAt(3, 1)];
  t.equal(table.getAgain(cell.ref), null, 'nothing is kept of one that is not there yet');
  table.add(cell);
  table.add(other);
  for (const one of [cell, cell, other, cell]) t.equal(table.getAgain(one.ref), one);
  const anew = { ref: cell.ref } as ActorCell;
  table.add(anew);
  t.equal(table.getAgain(cell.ref), anew, 'made anew under its address');
  table.remove(anew);
  t.equal(table.getAgain(cell.ref), null);
  t.equal(table.getAgain(other.ref), other);
});

t.test('iteration goes over all cells of all creators', async (t) => {
  const table = new CellTable();
  const cells = [cellAt(3, 0), cellAt(3, 7), cellAt(4, 2)];
  for (const cell of cells) table.add(cell);
  t.same(new Set(table), new Set(cells));
  table.remove(cells[1]!);
  t.same(new Set(table), new Set([cells[0], cells[2]]));
});

t.test('a creator whose cells are all gone can go on', async (t) => {
  const table = new CellTable();
  const cell = cellAt(3, 100);
  table.add(cell);
  table.remove(cell);
  t.equal(table.size, 0);
  t.same([...table], []);
  const next = cellAt(3, 1, 2);
  table.add(next);
  t.equal(table.get(next.ref), next);
  t.equal(table.size, 1);
});

t.test('what was spawned later than all that was made here is still to come', async (t) => {
  const table = new CellTable();
  const at = (generation: number): Address => ({ thread: 1, creator: 3, slot: 0, generation });
  t.ok(table.isToCome(at(1)));
  table.add(cellAt(3, 5, 4));
  t.notOk(table.isToCome(at(4)));
  t.notOk(table.isToCome(at(3)), 'gone, or it would be here');
  t.ok(table.isToCome(at(5)));
  t.ok(table.isToCome({ ...at(4), creator: 2 }), 'another creator counts for itself');
  table.add(cellAt(3, 6, 2));
  t.notOk(table.isToCome(at(4)), 'an older one that is made late changes nothing');
  table.caughtUp(3, 9);
  t.notOk(table.isToCome(at(9)));
  t.ok(table.isToCome(at(10)));
  table.caughtUp(3, 1);
  t.notOk(table.isToCome(at(9)));
});

t.test('a creator is remembered after its actors, until it is forgotten', async (t) => {
  const table = new CellTable();
  const cell = cellAt(3, 0, 7);
  const next: Address = { ...cell.ref, generation: 8 };
  table.add(cell);
  table.forget(3);
  t.equal(table.get(cell.ref), cell, 'it has actors here');
  table.remove(cell);
  t.notOk(table.isToCome(cell.ref));
  t.ok(table.isToCome(next));
  table.forget(3);
  t.ok(table.isToCome(cell.ref), 'nothing is known of it');
});
