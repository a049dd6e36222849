import t from 'tap';
import { Decoder } from '../../runtime/codec/decoder.js';
import { DictionaryReader } from '../../runtime/codec/dictionary.js';
import { Extensions } from '../../runtime/codec/extensions.js';
import { Region } from '../../runtime/memory/region.js';
import { Line } from './round-trip.js';

t.test('a record may end up to 7 bytes after its message, and not before it', async (t) => {
  const row = { type: 'row', id: 1, value: 0.5, on: true, text: 'some longer text', rest: [1] };
  for (const codeGeneration of [true, false]) {
    const line = new Line({ codeGeneration, limits: { maxInternLength: 0 } });
    for (const value of [5, 'abc', { id: 1 }, row, new Uint8Array(3), [1, [2]], { value: 1.5 }]) {
      for (let i = 0; i < 10; i++) t.same(line.send(value), value);
      const { length } = line.bytesOf(value);
      const decode = (end: number) => line.decoder.decode(line.region, 0, end);
      for (let more = 0; more < 8; more++) t.same(decode(length + more), value);
      t.throws(() => decode(length + 8), { code: 'ERR_DAMAGED' });
      for (let end = 0; end < length; end++) t.throws(() => decode(end), { code: 'ERR_DAMAGED' });
    }
  }
});

t.test('a message deeper than the limit of the receiver is refused', async (t) => {
  const sender = new Line();
  const strict = new Line({ limits: { maxDepth: 3 } });
  const allowed = sender.bytesOf([[[1]]]);
  t.same(strict.decoder.decode(sender.region, 0, allowed.length), [[[1]]]);
  const deeper = sender.bytesOf([[[[1]]]]);
  t.throws(() => strict.decoder.decode(sender.region, 0, deeper.length), {
    code: 'ERR_DAMAGED',
    message: /deeper than 3/,
  });
});

t.test('zeroed memory is not a message', async (t) => {
  t.throws(() => new Line().decoder.decode(Region.allocate(64), 0, 8), { code: 'ERR_DAMAGED' });
});

t.test('shapes, strings and attachments that never came are damage', async (t) => {
  const line = new Line();
  for (let i = 0; i < 4; i++) line.send({ type: 'known', name: 'known' });
  const end = line.bytesOf({ type: 'known', name: 'known' }).length;
  const stranger = new Decoder({
    dictionary: new DictionaryReader(Region.allocate(1024)),
    extensions: new Extensions(),
  });
  t.throws(() => stranger.decode(line.region, 0, end), { code: 'ERR_DAMAGED', message: /shape 0/ });
  const text = line.bytesOf('known').length;
  t.throws(() => stranger.decode(line.region, 0, text), { code: 'ERR_DAMAGED', message: /string/ });
  for (const value of [new SharedArrayBuffer(8), new Blob([])]) {
    const { length } = line.bytesOf(value);
    t.throws(() => line.decoder.decode(line.region, 0, length), { code: 'ERR_DAMAGED' });
  }
});

t.test('records anywhere in a region are read where they are', async (t) => {
  const line = new Line();
  let offset = 8;
  const records: [number, number][] = [];
  for (let i = 0; i < 50; i++) {
    const value = {
      type: 'row',
      id: i,
      value: i + 0.5,
      bytes: new Uint8Array(i),
      text: 'x'.repeat(i),
    };
    const end = line.encoder.encode(value, line.region, offset, line.region.byteLength);
    records.push([offset, end]);
    offset = (end + 7) & ~7;
  }
  records.forEach(([from, to], i) => {
    const got = line.decoder.decode(line.region, from, to);
    t.same(got, {
      type: 'row',
      id: i,
      value: i + 0.5,
      bytes: new Uint8Array(i),
      text: 'x'.repeat(i),
    });
  });
});

t.test('a codec that decodes another message is refused', async (t) => {
  const line = new Line();
  class A {}
  const decode = () => {
    line.decoder.decode(line.region, 0, 8);
    return new A();
  };
  line.extensions.register({ name: 'a', class: A, encode: () => 1, decode });
  t.throws(() => line.send(new A()), { code: 'ERR_DAMAGED', message: /another message/ });
  t.equal(line.send(1), 1);
});
