import fc from 'fast-check';
import t from 'tap';
import {
  isLatin1,
  readLatin1,
  readWide,
  type StringTarget,
  writeString,
} from '../../runtime/codec/strings.js';
import { FULL, TAG_STRING_8, tagOf } from '../../runtime/codec/tags.js';
import { Region } from '../../runtime/memory/region.js';
import { holds } from './round-trip.js';

const region = Region.allocate(1024);
const target = (limit: number): StringTarget => ({ bytes: region.bytes, i32: region.i32, limit });

const units = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 127 }), { maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }),
);

t.test('any string comes back from any offset, and takes the room it needs exactly', async (t) => {
  const comesBack = (all: number[], offset: number) => {
    const text = String.fromCharCode(...all);
    const at = 8 + offset;
    const size = isLatin1(text) ? text.length : text.length * 2;
    region.bytes.fill(0xa5);
    if (size > 0 && writeString(target(at + size - 1), text, 0, at) !== FULL) return false;
    if (region.bytes.subarray(at + Math.max(0, size - 1)).some((byte) => byte !== 0xa5))
      return false;
    if (writeString(target(at + size), text, 0, at) !== at + size) return false;
    if (region.bytes.subarray(at + size).some((byte) => byte !== 0xa5)) return false;
    const one = tagOf(region.i32[0]!) === TAG_STRING_8;
    const read = one ? readLatin1 : readWide;
    return one === isLatin1(text) && read(region.bytes, at, text.length) === text;
  };
  holds(t, fc.property(units, fc.nat(9), comesBack), 3000);
});

t.test('with room to spare, text that is not ASCII is not taken for ASCII', async (t) => {
  const comesBack = (all: number[], room: number) => {
    const text = String.fromCharCode(...all);
    const end = writeString(target(8 + text.length * 2 + room), text, 0, 8);
    const read = tagOf(region.i32[0]!) === TAG_STRING_8 ? readLatin1 : readWide;
    return end > 0 && read(region.bytes, 8, text.length) === text;
  };
  holds(t, fc.property(units, fc.nat(9), comesBack), 3000);
});
