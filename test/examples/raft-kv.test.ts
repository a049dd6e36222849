import t from 'tap';
import { complaints } from '../../examples/raft-kv/verdict.js';
import { type Client, Visitor } from '../../examples/raft-kv/visitor.js';
import { outputOf } from '../support/program.js';

t.test('a store of five nodes stays right while the threads of its leaders end', async (t) => {
  const out = await outputOf(t, 'raft-kv/main', ['40', '2']);
  const terms = [...out.matchAll(/leads in term (\d+) after \d+ ms$/gm)].map((each) =>
    Number(each[1]),
  );
  t.equal(terms.length, 2);
  t.ok(terms[0]! < terms[1]!, 'each leader has a term of its own');
  const [, count] = /^(\d+) operations, \d+ of unknown outcome/m.exec(out) ?? [];
  t.ok(Number(count) >= 4 * 40, 'four clients did their part');
  t.match(out, /^every acknowledged change is there, each once, and the history is linearizable$/m);
});

/** A group of one that is never wrong, unless it is told to be. */
function fakeClient(isStale: boolean): Client {
  const values = new Map<string, number>();
  let index = 0;
  const client = {
    propose: async (change: { key: string; id: number }) => {
      if (!isStale || index === 0) values.set(change.key, change.id);
      return { type: 'done', reply: true, index: ++index };
    },
    read: async ({ key }: { key: string }) => {
      return { type: 'done', answer: values.get(key) ?? 0, index };
    },
  };
  return client as unknown as Client;
}

async function visited(isStale: boolean): Promise<Visitor> {
  const visitor = new Visitor(1, fakeClient(isStale));
  // Only what the fake does right: puts and reads.
  const dice = Math.random;
  try {
    for (const drawn of [0.5, 0.5, 0.5, 0.1]) {
      Math.random = () => drawn;
      await visitor.act();
      await visitor.readAll();
    }
  } finally {
    Math.random = dice;
  }
  return visitor;
}

t.test('its verdict finds what is lost, doubled, or out of order', async (t) => {
  const good = await visited(false);
  const once = new Map(good.acknowledged.map((id) => [id, 1]));
  t.same(complaints([good], once), []);
  const [first] = good.acknowledged;
  t.match(complaints([good], new Map([...once].slice(1))), [/^acknowledged and not there: /]);
  t.match(complaints([good], new Map([...once, [first!, 2]])), [/^applied more than once: /]);
  const bad = await visited(true);
  t.match(complaints([bad], once), [/^the history is not linearizable: /]);
});
