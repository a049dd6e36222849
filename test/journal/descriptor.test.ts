import t from 'tap';
import { commitIn, commitValue } from '#runtime/journal/lmdb/commit-entry.js';
import {
  CONTENT,
  commitKey,
  FORMAT,
  headerValue,
  headIn,
  headValue,
  isSound,
  Kind,
  nameKey,
  positionIn,
  RECORD_CONTENT,
  recordKey,
  seal,
  singleKey,
  valueKey,
  versionIn,
} from '#runtime/journal/lmdb/descriptor.js';
import { WrittenStream } from '#runtime/journal/lmdb/written-stream.js';
import { msgpackSerializer } from '#runtime/journal/msgpack-serializer.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

t.test('format 1 has these bytes, and stores written once can be read for ever', async (t) => {
  const serializer = await msgpackSerializer('test');
  t.equal(FORMAT, 1, 'a change of the bytes below is a new format');
  const header = singleKey(Kind.HEADER);
  t.equal(hex(header), '01');
  t.equal(hex(headerValue(header)), 'bec28f445452504a0001');
  const head = nameKey(Kind.HEAD, 'a/ä');
  t.equal(hex(head), '03612fc3a400');
  const stored = { version: 7, first: 3, epoch: 2 ** 33, isTombstoned: true };
  t.equal(hex(headValue(head, stored)), '0beb3ae700000000000700000000000300020000000001');
  const record = recordKey('a', 258);
  t.equal(hex(record), '046100000000000102');
  const value = serializer.encode({ n: 5n, at: null }, RECORD_CONTENT);
  value.writeUIntBE(9, 4, 6);
  t.equal(hex(seal(record, value)), 'b612478100000000000901de0002a16ede0001a092a16ea135a26174c0');
  const commit = commitKey(9);
  t.equal(hex(commit), '05000000000009');
  t.equal(
    hex(commitValue(commit, 8, [{ stream: 'a', version: 257, count: 2 }])),
    'bf5b889c00000000000800016100000000010100000002',
  );
  const entry = valueKey('t', 'k\u0000');
  t.equal(hex(entry), '0674006b00');
  t.equal(hex(seal(entry, serializer.encode([1, 'x'], CONTENT))), 'df8802a1009201a178');
});

t.test('what is written is read again', async (t) => {
  const key = nameKey(Kind.HEAD, 's');
  const head = { version: 2 ** 47, first: 1, epoch: 12, isTombstoned: false };
  t.same(headIn(headValue(key, head)), head);
  const runs = [
    { stream: 'a', version: 1, count: 1 },
    { stream: 'ö'.repeat(500), version: 2 ** 40, count: 4_000_000_000 },
  ];
  t.same(commitIn(commitValue(commitKey(5), 1, runs)), { first: 1, runs });
  t.equal(versionIn(recordKey('stream', 77)), 77);
  t.equal(positionIn(commitKey(2 ** 40)), 2 ** 40);
});

t.test('what the writer keeps of a stream gives the same bytes', async (t) => {
  const head = { version: 6, first: 2, epoch: 3, isTombstoned: false };
  for (const name of ['a', 'konto/ä😀', 'ö'.repeat(512)]) {
    const stream = new WrittenStream(name, head);
    t.same(stream.head(), head);
    for (const version of [1, 258, 2 ** 40 + 7]) {
      const key = stream.recordKey(version);
      t.same(key, recordKey(name, version));
      const value = Buffer.alloc(40, 7);
      const sealed = Buffer.from(seal(key, value));
      t.same(seal(key, value, stream.crcOf(key)), sealed);
    }
    const run = { stream: name, version: 9, count: 1 };
    const written = commitValue(commitKey(5), 1, [{ ...run, prefix: stream.prefix }]);
    t.same(written, commitValue(commitKey(5), 1, [run]));
  }
});

t.test('each flipped bit of a value, and its place under another key, is noticed', async (t) => {
  const key = recordKey('a', 1);
  const value = seal(key, Buffer.from(`${' '.repeat(RECORD_CONTENT)}content`));
  t.ok(isSound(key, value));
  for (let bit = 0; bit < value.length * 8; bit++) {
    const flipped = Buffer.from(value);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    if (isSound(key, flipped)) t.fail(`bit ${bit}`);
  }
  t.notOk(isSound(recordKey('a', 2), value));
  t.notOk(isSound(key, value.subarray(0, -1)));
  t.notOk(isSound(key, Buffer.alloc(0)));
});
