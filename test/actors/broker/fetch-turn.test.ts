import t from 'tap';
import type { PullSource } from '#actors/broker/consumer.js';
import { FetchTurn } from '#actors/broker/fetch-turn.js';
import type { StandardSchema } from '#actors/broker/schema.js';

function source(stream: string, group: string): PullSource {
  return { stream, group } as PullSource;
}

t.test('what all fetches have in common, or none has, is said once or not at all', async (t) => {
  const turn = new FetchTurn();
  void turn.add(source('s', 'a'), null, 1, 10, 100, undefined);
  void turn.add(source('s', 'b'), null, 2, 20, 200, undefined);
  t.equal(turn.length, 2);
  t.same(turn.wants(), {
    stream: 's',
    streams: null,
    groups: ['a', 'b'],
    counts: [1, 2],
    bytes: [10, 20],
    options: null,
  });
  t.same(turn.expiresMs, [100, 200]);
  t.equal(turn.createOf(1), null);
  t.equal(turn.schemaOf(1), undefined);
});

t.test('each fetch keeps what is its own, and who waits for it', async (t) => {
  const schema = {} as StandardSchema;
  const turn = new FetchTurn();
  const first = turn.add(source('s', 'a'), null, 1, 10, 100, undefined);
  const second = turn.add(source('r', 'b'), { filter: 'r.x' }, 2, 20, 200, undefined);
  const third = turn.add(source('s', 'a'), null, 3, 30, 300, schema);
  const fourth = turn.add(source('s', 'a'), null, 4, 40, 400, undefined);
  const wants = turn.wants();
  t.same(wants.streams, ['s', 'r', 's', 's']);
  t.same(wants.groups, ['a', 'b', 'a', 'a']);
  t.same(wants.options, [null, { filter: 'r.x' }, null, null]);
  const places = [0, 1, 2, 3];
  t.same(
    places.map((at) => turn.createOf(at)),
    wants.options,
  );
  t.same(
    places.map((at) => turn.schemaOf(at) === schema),
    [false, false, true, false],
  );
  turn.resolves[0]!([]);
  turn.rejects[1]!(new Error('gone'));
  turn.resolves[2]!([]);
  turn.rejects[3]!(new Error('gone too'));
  t.same(await first, []);
  await t.rejects(second, { message: 'gone' });
  t.same(await third, []);
  await t.rejects(fourth, { message: 'gone too' });
});
