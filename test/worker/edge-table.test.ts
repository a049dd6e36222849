import t from 'tap';
import { ManualClock } from '../../runtime/base/clock.js';
import type { AnyRef } from '../../runtime/ref/actor-ref.js';
import { EdgeTable } from '../../runtime/worker/edge-table.js';

const ref = (id: string): AnyRef => ({ id }) as AnyRef;

/** A table with the actor `a` at work, as long as nobody else is named. */
function table(): {
  edges: { sent(to: AnyRef): void; busiest: EdgeTable['busiest'] };
  clock: ManualClock;
  by: (id: string | null) => void;
} {
  const clock = new ManualClock();
  let sender: AnyRef | null = ref('a');
  let sent = 0;
  const edges = new EdgeTable(
    clock,
    () => sender,
    () => sent,
  );
  return {
    edges: {
      // Ten messages to a publication.
      sent: (to) => {
        sent += 10;
        edges.sent(to);
      },
      busiest: (limit) => edges.busiest(limit),
    },
    clock,
    by: (id) => {
      sender = id === null ? null : ref(id);
    },
  };
}

const pairs = (edges: Pick<EdgeTable, 'busiest'>, limit = 10): string[] =>
  edges.busiest(limit).map(({ from, to, perSecond }) => `${from.id}>${to.id} ${perSecond}`);

t.test('pairs are ranked by an estimate of what they send in a second', async (t) => {
  const { edges, clock, by } = table();
  for (let i = 0; i < 1700; i++) edges.sent(ref('x'));
  by('b');
  for (let i = 0; i < 3400; i++) edges.sent(ref('x'));
  clock.advance(2000);
  t.same(pairs(edges), ['b>x 17000', 'a>x 8500']);
  t.same(pairs(edges, 1), ['b>x 17000']);
});

t.test('what is sent from outside of actors is of nobody', async (t) => {
  const { edges, clock, by } = table();
  by(null);
  for (let i = 0; i < 1000; i++) edges.sent(ref('x'));
  clock.advance(1000);
  t.same(pairs(edges), []);
});

t.test(
  'the past fades: who has fallen silent is forgotten, and rates are those of late',
  async (t) => {
    const { edges, clock, by } = table();
    for (let i = 0; i < 17; i++) edges.sent(ref('once'));
    by('b');
    for (let i = 0; i < 1700; i++) edges.sent(ref('x'));
    clock.advance(10_000);
    t.same(pairs(edges), ['b>x 1700', 'a>once 17']);
    t.same(pairs(edges), ['b>x 1700'], 'half the count in half the time');
  },
);

t.test('there are never more pairs than the table holds, and the busy ones stay', async (t) => {
  const { edges, clock } = table();
  for (let i = 0; i < 10_000; i++) {
    for (let n = 0; n < 17; n++) edges.sent(ref('busy'));
    for (let n = 0; n < 17; n++) edges.sent(ref(`seldom-${i}`));
  }
  clock.advance(1000);
  const all = edges.busiest(Number.POSITIVE_INFINITY);
  t.ok(all.length <= 512, `${all.length} pairs`);
  t.equal(all[0]!.to.id, 'busy');
});
