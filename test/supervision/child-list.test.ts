import fc from 'fast-check';
import t from 'tap';
import { type Child, ChildList } from '../../runtime/supervision/child-list.js';
import { DEFAULT_CHILD_POLICY } from '../../runtime/supervision/child-policy.js';
import { PlainChild } from './plain-child.js';

const plain = (id: number) => new PlainChild(id, DEFAULT_CHILD_POLICY);

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
          if (at === null) model.push(list.append(plain(id), 'running'));
          else for (const child of model.splice(at, 1)) list.unlink(child);
        });
        const ids = model.map((child) => child.id);
        return (
          String(idsForth(list)) === String(ids) &&
          String(idsBack(list).reverse()) === String(ids) &&
          list.count === ids.length &&
          model.every((child) => list.get(child.id) === child)
        );
      }),
    );
  },
);

t.test('an id is given once, and each is greater than those before', async (t) => {
  const list = new ChildList();
  const child = list.append(plain(1), 'running');
  t.throws(() => list.append(plain(1), 'running'), { code: 'ERR_INVARIANT' });
  list.unlink(child);
  t.equal(list.get(1), undefined);
  t.throws(() => list.append(plain(1), 'running'), { code: 'ERR_INVARIANT' });
  t.ok(list.append(plain(2), 'running'));
});

t.test(
  'children are found by id in lists short and long, before and after others go',
  async (t) => {
    for (const count of [1, 32, 33, 500]) {
      const list = new ChildList();
      const children = Array.from({ length: count }, (_, id) => list.append(plain(id), 'running'));
      t.ok(children.every((child) => list.get(child.id) === child));
      for (const child of children) if (child.id % 2 === 0) list.unlink(child);
      const late = list.append(plain(count), 'running');
      for (const child of children) {
        t.equal(list.get(child.id), child.id % 2 === 0 ? undefined : child);
      }
      t.equal(list.get(count), late);
    }
  },
);
