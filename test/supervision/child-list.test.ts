import fc from 'fast-check';
import t from 'tap';
import { type Child, ChildList } from '../../runtime/supervision/child-list.js';
import { DEFAULT_CHILD_POLICY } from '../../runtime/supervision/child-policy.js';

const declared = (id: number) => ({ id, policy: DEFAULT_CHILD_POLICY });

function idsForth(list: ChildList): number[] {
  const ids: number[] = [];
  for (let child = list.head; child !== null; child = child.next) ids.push(child.id);
  return ids;
}

function idsBack(list: ChildList): number[] {
  const ids: number[] = [];
  for (let child = list.tail; child !== null; child = child.prev) ids.push(child.id);
  return ids;
}

t.test(
  'after any additions and removals it holds what an array would, in both directions',
  async () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(20)), { maxLength: 100 }), (steps) => {
        const list = new ChildList();
        const model: Child[] = [];
        steps.forEach((at, id) => {
          if (at === null) model.push(list.append(declared(id), 'running'));
          else for (const child of model.splice(at, 1)) list.unlink(child);
        });
        const ids = model.map((child) => child.id);
        const orders = model.map((child) => child.order);
        return (
          String(idsForth(list)) === String(ids) &&
          String(idsBack(list).reverse()) === String(ids) &&
          String(orders) === String(orders.toSorted((a, b) => a - b)) &&
          list.count === ids.length &&
          model.every((child) => list.get(child.id) === child)
        );
      }),
    );
  },
);

t.test('an id in use is refused, and is free again when its child is gone', async (t) => {
  const list = new ChildList();
  const child = list.append(declared(1), 'running');
  t.throws(() => list.append(declared(1), 'running'), { code: 'ERR_INVARIANT' });
  list.unlink(child);
  t.equal(list.get(1), undefined);
  t.ok(list.append(declared(1), 'running'));
});
