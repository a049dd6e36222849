import t from 'tap';
import type { Route } from '#actors/broker/directory.js';
import type { PublishResult } from '#actors/broker/publish-result.js';
import { PublishTurn } from '#actors/broker/publish-turn.js';

function route(subject: string, shard = 0): Route {
  return { subject, entry: null, shard };
}

function stored(seq: number): PublishResult {
  return { status: 'stored', stream: 's', seq, durability: 'memory' };
}

t.test(
  'each publication stands in its own row, with options only when some have any',
  async (t) => {
    const turn = new PublishTurn();
    const first = turn.add(route('s.a'), 'a', 1, null);
    t.same(turn.messages.batch(false), {
      subjects: ['s.a'],
      payloads: ['a'],
      bytes: [1],
      options: null,
      isAtomic: false,
    });
    const second = turn.add(route('s.b', 1), undefined, 8, { id: 'x' });
    const third = turn.add(route('s.c'), 3, 8, null);
    t.equal(turn.length, 3);
    t.same(turn.messages.batch(true), {
      subjects: ['s.a', 's.b', 's.c'],
      payloads: ['a', undefined, 3],
      bytes: [1, 8, 8],
      options: [null, { id: 'x' }, null],
      isAtomic: true,
    });
    turn.resolves[0]!(stored(1));
    turn.rejects[1]!(new Error('no room'));
    turn.resolves[2]!(stored(2));
    t.same(await first, stored(1));
    await t.rejects(second, { message: 'no room' });
    t.same(await third, stored(2));
  },
);

t.test('one that moves to another turn keeps its message and who waits for it', async (t) => {
  const from = new PublishTurn();
  void from.add(route('s.a'), 1, 8, null);
  const moved = from.add(route('s.b'), 2, 9, { key: 'k' });
  const to = new PublishTurn();
  const before = to.add(route('s.c'), 3, 8, null);
  to.addAgain(from, 1, route('s.b', 4), 1);
  const behind = to.add(route('s.d'), 4, 8, null);
  t.same(
    [0, 1, 2].map((at) => to.movesOf(at)),
    [0, 1, 0],
  );
  t.equal(from.movesOf(1), 0);
  t.equal(to.routes[1]!.shard, 4);
  t.same(to.messages.payloads, [3, 2, 4]);
  t.same(to.messages.bytes, [8, 9, 8]);
  t.same(to.messages.options, [null, { key: 'k' }, null]);
  for (const [at, resolve] of to.resolves.entries()) resolve(stored(at + 1));
  t.same(await Promise.all([before, moved, behind]), [stored(1), stored(2), stored(3)]);
});

t.test('one of them alone is answered by itself', async (t) => {
  const turn = new PublishTurn();
  void turn.add(route('s.a'), 1, 8, { id: 'x' });
  const second = turn.add(route('s.b'), 2, 8, null);
  const alone = turn.alone(1);
  t.equal(alone.length, 1);
  t.same(alone.messages.batch(false).subjects, ['s.b']);
  t.equal(alone.messages.options, null);
  alone.resolves[0]!(stored(7));
  t.same(await second, stored(7));
});
