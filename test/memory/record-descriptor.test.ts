import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import {
  creatorOf,
  FRAGMENT_PAYLOAD_OFFSET,
  flagsOf,
  generationIndex,
  HEADER_LENGTH,
  kindIndex,
  kindOf,
  lengthIndex,
  packKind,
  RecordKind,
  recordSpan,
  slotIndex,
} from '../../runtime/memory/record-descriptor.js';
import { Region } from '../../runtime/memory/region.js';

t.test('a header has these bytes', async (t) => {
  const region = Region.allocate(32);
  region.i32[lengthIndex(8)] = 21;
  region.i32[kindIndex(8)] = packKind(RecordKind.ENVELOPE, 0xa5, 0xbeef);
  region.i32[slotIndex(8)] = 0x01020304;
  region.i32[generationIndex(8)] = 0x7fffffff;
  t.equal(
    region.bytes.toString('hex'),
    '0000000000000000' + '15000000' + '01a5efbe' + '04030201' + 'ffffff7f' + '0000000000000000',
  );
});

t.test('the kinds keep their values, which are part of the layout', async (t) => {
  t.same(RecordKind, { PADDING: 0, ENVELOPE: 1, FRAGMENT: 2 });
  t.equal(HEADER_LENGTH, 16);
  t.equal(FRAGMENT_PAYLOAD_OFFSET, 16);
});

t.test('kind, flags and creator come out of an i32 word as they went in', async () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xff }),
      fc.integer({ min: 0, max: 0xff }),
      fc.integer({ min: 0, max: 0xffff }),
      (kind, flags, creator) => {
        const word = Int32Array.of(packKind(kind, flags, creator))[0]!;
        assert.deepEqual([kindOf(word), flagsOf(word), creatorOf(word)], [kind, flags, creator]);
      },
    ),
  );
});

t.test('a record takes whole words of 8 bytes', async (t) => {
  t.same([16, 17, 23, 24, 25].map(recordSpan), [16, 24, 24, 24, 32]);
});
