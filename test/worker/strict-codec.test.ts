import t from 'tap';
import { Extensions } from '../../runtime/codec/extensions.js';
import { Scratch } from '../../runtime/worker/scratch.js';
import { StrictCodec } from '../../runtime/worker/strict-codec.js';
import { assertTroupeError, thrown } from '../support/errors.js';

const makeCodec = (): StrictCodec => new StrictCodec(new Scratch(1024 * 1024), new Extensions());

t.test('what comes out is an equal copy, frozen all the way down', async (t) => {
  const codec = makeCodec();
  const message = { type: 'order', lines: [{ sku: 'a', count: 2 }], at: { x: 1.5 } };
  const copy = codec.copy(message);
  t.strictSame(copy, message);
  t.not(copy, message);
  t.not(copy.lines[0], message.lines[0]);
  for (const part of [copy, copy.lines, copy.lines[0], copy.at]) t.ok(Object.isFrozen(part));
  t.throws(() => {
    copy.lines[0]!.count = 3;
  }, TypeError);
  message.lines[0]!.count = 9;
  t.equal(copy.lines[0]!.count, 2, "the sender's later changes are not seen");
  t.notOk(Object.isFrozen(message), 'and what it keeps is its own');
});

t.test('what is no plain object can be used as it is', async (t) => {
  const copy = makeCodec().copy({ bytes: Uint8Array.of(1, 2), names: new Map([['a', { n: 1 }]]) });
  copy.bytes[0] = 7;
  copy.names.set('b', { n: 2 });
  t.same([...copy.bytes], [7, 2]);
  t.equal(copy.names.size, 2);
});

t.test('cycles and shared parts are kept', async (t) => {
  const node: { type: string; self?: unknown; both: unknown[] } = { type: 'node', both: [] };
  const shared = { n: 1 };
  node.self = node;
  node.both.push(shared, shared);
  const copy = makeCodec().copy(node);
  t.equal(copy.self, copy);
  t.equal(copy.both[0], copy.both[1]);
});

t.test('shared memory is passed by reference, as between threads', async (t) => {
  const words = new SharedArrayBuffer(8);
  const copy = makeCodec().copy({ type: 'look', words });
  new Int32Array(words)[0] = 5;
  t.equal(new Int32Array(copy.words)[0], 5);
});

t.test('what could not travel is refused with its place, and the next goes on', async (t) => {
  const codec = makeCodec();
  const error = thrown(() => codec.copy({ type: 'bad', deep: [{ call: () => 1 }] }));
  assertTroupeError(t, error, 'ERR_NOT_SENDABLE', /deep\[0\]\.call/);
  const large = thrown(() => codec.copy({ type: 'large', text: 'x'.repeat(2_000_000) }));
  assertTroupeError(t, large, 'ERR_TOO_LARGE');
  t.same(codec.copy({ type: 'good' }), { type: 'good' });
});

t.test('bare values pass too: replies need not be objects', async (t) => {
  const codec = makeCodec();
  for (const value of [1, 'text', null, undefined, true, 2n ** 70n]) {
    t.equal(codec.copy(value), value);
  }
});
