import fc from 'fast-check';
import t from 'tap';
import { type WaitEdge, waitCycles } from '../../runtime/observe/wait-graph.js';

const edge = (from: string, to: string, holds = true): WaitEdge => ({ from, to, holds });

t.test('a chain is no circle', async (t) => {
  t.same(waitCycles([edge('a', 'b'), edge('b', 'c'), edge('a', 'c')]), []);
  t.same(waitCycles([]), []);
});

t.test('circles are found, each once, whoever comes first', async (t) => {
  t.same(waitCycles([edge('a', 'a')]), [['a']]);
  t.same(waitCycles([edge('c', 'a'), edge('a', 'b'), edge('b', 'c')]), [['a', 'b', 'c']]);
  const both = waitCycles([edge('b', 'a'), edge('a', 'b'), edge('d', 'c'), edge('c', 'd')]);
  t.same(both.sort(), [
    ['a', 'b'],
    ['c', 'd'],
  ]);
  t.same(
    waitCycles([edge('x', 'a'), edge('a', 'b'), edge('b', 'a')]),
    [['a', 'b']],
    'x only leads there',
  );
});

t.test('one that goes on meanwhile closes no circle', async (t) => {
  t.same(waitCycles([edge('a', 'b'), edge('b', 'a', false)]), []);
});

t.test(
  'what is told is a circle, and there is one exactly when somebody can come back to himself',
  async () => {
    const names = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    fc.assert(
      fc.property(fc.array(fc.tuple(names, names), { maxLength: 12 }), (pairs) => {
        const next = (name: string): string[] =>
          pairs.filter(([from]) => from === name).map(([, to]) => to);
        const reaches = (from: string, to: string): boolean => {
          const seen = new Set<string>();
          const open = next(from);
          for (let name = open.pop(); name !== undefined; name = open.pop()) {
            if (name === to) return true;
            if (!seen.has(name)) open.push(...next(name));
            seen.add(name);
          }
          return false;
        };
        const cycles = waitCycles(pairs.map(([from, to]) => edge(from, to)));
        const exists = pairs.some(([from]) => reaches(from, from));
        return (
          exists === cycles.length > 0 &&
          cycles.every((cycle) =>
            cycle.every((name, index) => next(name).includes(cycle[(index + 1) % cycle.length]!)),
          )
        );
      }),
    );
  },
);

t.test('a chain of 100,000 that ends in a circle does not exhaust the stack', async (t) => {
  const edges = Array.from({ length: 100_000 }, (_, i) => edge(`n${i}`, `n${i + 1}`));
  t.equal(waitCycles([...edges, edge('n100000', 'n99999')]).length, 1);
});
