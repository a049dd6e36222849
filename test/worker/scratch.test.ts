import t from 'tap';
import { DictionaryWriter } from '../../runtime/codec/dictionary.js';
import { Encoder } from '../../runtime/codec/encoder.js';
import { Extensions } from '../../runtime/codec/extensions.js';
import { Region } from '../../runtime/memory/region.js';
import { Scratch } from '../../runtime/worker/scratch.js';
import { assertTroupeError, thrown } from '../support/errors.js';

const makeEncoder = (): Encoder =>
  new Encoder({
    dictionary: new DictionaryWriter(Region.allocate(4096)),
    extensions: new Extensions(),
  });

t.test('it grows as far as a message needs, up to the limit', async (t) => {
  const scratch = new Scratch(256 * 1024);
  const encoder = makeEncoder();
  const text = 'x'.repeat(100 * 1024);
  const end = scratch.encode(encoder, text, 16, undefined);
  t.ok(end > text.length);
  t.ok(scratch.region.byteLength >= end);
  t.ok(scratch.region.byteLength <= 256 * 1024);
});

t.test('beyond the limit it refuses with the limit and the mend, and is small again', async (t) => {
  const scratch = new Scratch(64 * 1024);
  const encoder = makeEncoder();
  const small = scratch.region.byteLength;
  const error = thrown(() => scratch.encode(encoder, 'x'.repeat(70_000), 16, undefined));
  assertTroupeError(t, error, 'ERR_TOO_LARGE', '65536 bytes', 'maxMessageBytes');
  t.equal(scratch.region.byteLength, small);
  t.ok(scratch.encode(encoder, 'fits', 16, undefined) > 16);
});

t.test(
  'a copy is private, and after a message of megabytes the scratch is given back',
  async (t) => {
    const scratch = new Scratch(16 * 1024 * 1024);
    const encoder = makeEncoder();
    const small = scratch.region.byteLength;
    const end = scratch.encode(encoder, 'y'.repeat(6 * 1024 * 1024), 16, undefined);
    const copy = scratch.copy(end);
    t.equal(copy.length, end);
    t.equal(scratch.region.byteLength, small);
    scratch.encode(encoder, 'z'.repeat(100), 16, undefined);
    t.equal(copy.at(-1), 'y'.charCodeAt(0), 'the next message did not touch it');
  },
);

t.test('what is transferred is an attachment, not bytes', async (t) => {
  const scratch = new Scratch(1024 * 1024);
  const encoder = makeEncoder();
  const buffer = new ArrayBuffer(50_000);
  const end = scratch.encode(encoder, { buffer }, 16, [buffer]);
  t.ok(end < 1000);
  t.same(encoder.attachments, [buffer]);
});
