import fc from 'fast-check';
import t from 'tap';
import { HashRing } from '#runtime/base/placement/hash-ring.js';
import { JumpHash } from '#runtime/base/placement/jump.js';
import type { Placement, PlacementNode } from '#runtime/base/placement/placement.js';
import { Rendezvous } from '#runtime/base/placement/rendezvous.js';
import { assertTroupeError, thrown } from '../../support/errors.js';

const KINDS = [
  { name: 'HashRing', make: (nodes: readonly PlacementNode[]): Placement => new HashRing(nodes) },
  { name: 'Rendezvous', make: (nodes: readonly PlacementNode[]) => new Rendezvous(nodes) },
  { name: 'JumpHash', make: (nodes: readonly PlacementNode[]) => new JumpHash(nodes) },
] as const;

function nodesOf(count: number, prefix = 'node-'): PlacementNode[] {
  return Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}` }));
}

function idOf(placement: Placement, key: string): string {
  return placement.nodes[placement.indexOf(key)]!.id;
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, index) => ({ item, rank: Math.imul(index + 1, seed | 1) >>> 0 }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}

/** Deviation of the shares of `keyCount` keys from what each node's weight says, relative to the mean. */
function spread(placement: Placement, keyCount: number): number {
  const shares = new Float64Array(placement.nodes.length);
  for (let n = 0; n < keyCount; n++) shares[placement.indexOf(`user:${n}`)]!++;
  const mean = keyCount / shares.length;
  return Math.sqrt(shares.reduce((sum, share) => sum + (share / mean - 1) ** 2, 0) / shares.length);
}

for (const { name, make } of KINDS) {
  t.test(
    `${name}: a joining node takes at most 1.3/n of the keys, from all, and moves no other`,
    async (t) => {
      for (const count of [3, 7, 30, ...(name === 'Rendezvous' ? [] : [100, 1000])]) {
        const before = make(nodesOf(count));
        const after = before.with({ id: 'zz-new' });
        t.equal(after.version, before.version + 1);
        const keyCount = count === 1000 ? 200_000 : 30_000;
        let moved = 0;
        let astray = 0;
        for (let n = 0; n < keyCount; n++) {
          const key = `user:${n}`;
          const [was, is] = [idOf(before, key), idOf(after, key)];
          if (was === is) continue;
          moved++;
          if (is !== 'zz-new') astray++;
        }
        t.equal(astray, 0, `${count} nodes: none between old ones`);
        t.ok(moved > 0 && moved <= (1.3 * keyCount) / count, `${count} nodes: ${moved} moved`);
      }
    },
  );

  t.test(`${name}: replicas are on distinct sites, the first is the key's own place`, async () => {
    const counts = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(
        counts,
        counts,
        fc.integer({ min: 1, max: 5 }),
        fc.string(),
        (n, sites, r, key) => {
          const placement = make(
            nodesOf(n).map((node, index) => ({ ...node, site: `site-${index % sites}` })),
          );
          const replicas = placement.replicasOf(key, r);
          const found = new Set(replicas.map((index) => placement.nodes[index]!.site));
          return (
            replicas[0] === placement.indexOf(key) &&
            found.size === replicas.length &&
            replicas.length === Math.min(r, sites, n)
          );
        },
      ),
    );
  });

  t.test(`${name}: with bounded loads no node gets more than its limit`, async (t) => {
    const placement = make(nodesOf(10));
    const loads = new Float64Array(10);
    let displaced = 0;
    for (let n = 0; n < 10_000; n++) {
      const index = placement.boundedIndexOf(`job:${n}`, loads, 0.02);
      if (index !== placement.indexOf(`job:${n}`)) displaced++;
      loads[index]!++;
    }
    t.ok(Math.max(...loads) <= Math.ceil(1000 * 1.02), `the fullest has ${Math.max(...loads)}`);
    t.ok(displaced > 0 && displaced < 5000, `${displaced} of 10,000 went elsewhere`);
  });

  t.test(
    `${name}: no nodes, and nodes that cannot be, are refused with an error of their own`,
    async (t) => {
      const empty = make([]);
      for (const call of [
        () => empty.indexOf('a'),
        () => empty.replicasOf('a', 2),
        () => empty.boundedIndexOf('a', []),
      ]) {
        assertTroupeError(t, thrown(call), 'ERR_PLACEMENT_EMPTY');
      }
      t.equal(empty.with({ id: 'a' }).indexOf('x'), 0, 'a node mends it');
      for (const nodes of [
        [{ id: 'a' }, { id: 'a' }],
        [{ id: '' }],
        [{ id: 'a', weight: 0 }],
        [{ id: 'a', weight: -1 }],
        [{ id: 'a', weight: Number.NaN }],
        [{ id: 'a', weight: 1001 }],
      ]) {
        assertTroupeError(
          t,
          thrown(() => make(nodes)),
          'ERR_PLACEMENT_NODE',
        );
      }
      const some = make(nodesOf(3));
      t.equal(some.without('unheard-of'), some, 'taking an unknown node away changes nothing');
    },
  );
}

for (const { name, make } of KINDS.slice(0, 2)) {
  t.test(`${name}: the order in which nodes came does not matter`, async () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1 }),
        fc.string(),
        (ids, seed, key) => {
          const nodes = ids.map((id) => ({ id }));
          const one = make(nodes);
          const joined = shuffled(nodes, seed).reduce((ring, node) => ring.with(node), make([]));
          return idOf(one, key) === idOf(joined, key);
        },
      ),
    );
  });

  t.test(`${name}: only the keys of a leaving node move`, async (t) => {
    const before = make(nodesOf(10));
    const after = before.without('node-4');
    for (let n = 0; n < 20_000; n++) {
      const was = idOf(before, `user:${n}`);
      if (was !== 'node-4' && was !== idOf(after, `user:${n}`)) t.fail(`user:${n} moved`);
    }
  });

  t.test(`${name}: a node of weight 3 takes three times as much`, async (t) => {
    const nodes = [...nodesOf(9), { id: 'heavy', weight: 3 }];
    const placement = make(nodes);
    let share = 0;
    for (let n = 0; n < 60_000; n++) if (idOf(placement, `user:${n}`) === 'heavy') share++;
    t.ok(Math.abs(share / 15_000 - 1) < 0.15, `${share} of 15,000`);
  });
}

t.test('the shares of a ring deviate by at most 8 % at 160 virtual nodes', async (t) => {
  for (const count of [3, 5, 10, 30, 100, 300, 1000]) {
    const deviation = spread(new HashRing(nodesOf(count)), Math.min(1e6, count * 4000));
    t.ok(deviation <= 0.08, `${count} nodes: ${(100 * deviation).toFixed(1)} %`);
  }
});

t.test('replicas move to a joining node only', async (t) => {
  const before = new HashRing(nodesOf(12));
  const after = before.with({ id: 'zz-new' });
  for (let n = 0; n < 5000; n++) {
    const was = before.replicasOf(`k${n}`, 3).map((index) => before.nodes[index]!.id);
    const is = after.replicasOf(`k${n}`, 3).map((index) => after.nodes[index]!.id);
    const added = is.filter((id) => !was.includes(id));
    if (added.some((id) => id !== 'zz-new')) t.fail(`k${n}: ${was} became ${is}`);
  }
});

t.test('points that fall on one hash are resolved by id, so that all rings agree', async (t) => {
  // With 10,000 points for each of 40 nodes there are about twenty such ties.
  const nodes = nodesOf(40);
  const one = new HashRing(nodes, { virtualNodes: 10_000 });
  const other = new HashRing(nodes.toReversed(), { virtualNodes: 10_000 });
  let different = 0;
  for (let n = 0; n < 100_000; n++) if (idOf(one, `k${n}`) !== idOf(other, `k${n}`)) different++;
  t.equal(different, 0);
});

t.test('places are what they were: a change of the hash would move all stored keys', async (t) => {
  const ring = new HashRing(nodesOf(5));
  t.same(
    ['a', 'user:1', 'user:2', 'ключ', ''].map((key) => idOf(ring, key)),
    ['node-2', 'node-2', 'node-2', 'node-1', 'node-4'],
  );
});

t.test('a numbered node can be taken away at the end only', async (t) => {
  const jump = new JumpHash(nodesOf(3));
  assertTroupeError(
    t,
    thrown(() => jump.without('node-1')),
    'ERR_PLACEMENT_NODE',
  );
  assertTroupeError(
    t,
    thrown(() => jump.with({ id: 'heavy', weight: 2 })),
    'ERR_PLACEMENT_NODE',
  );
  t.equal(jump.without('node-2').nodes.length, 2);
});
