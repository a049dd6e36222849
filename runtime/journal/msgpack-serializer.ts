import { loadPackage } from './load-package.js';
import type { Serializer } from './serializer.js';
import { fromStorable, toStorable } from './storable.js';

/** The first byte of an encoded value: whether the rest holds escapes, see `storable.ts`. */
const PLAIN = 0;
const ESCAPED = 1;

/**
 * Values as MessagePack, after one byte that says whether some of them are escaped. What comes back are plain
 * objects and plain Uint8Arrays, whatever the machine and the thread.
 * @param packages what to install when it is missing
 * @throws {TroupeError} ERR_JOURNAL_PACKAGE when msgpackr is not installed
 */
export async function msgpackSerializer(
  where: string,
  packages = 'lmdb msgpackr',
): Promise<Serializer> {
  const { Packr, RESERVE_START_SPACE } = await loadPackage<typeof import('msgpackr')>(
    'msgpackr',
    packages,
    where,
  );
  const packr = new Packr({
    useRecords: false,
    mapsAsObjects: true,
    copyBuffers: true,
  });
  return {
    encode(value, roomBytes = 0) {
      const storable = toStorable(value);
      const bytes = packr.pack(storable, RESERVE_START_SPACE + roomBytes + 1);
      bytes[roomBytes] = Object.is(storable, value) ? PLAIN : ESCAPED;
      return bytes;
    },
    decode(bytes) {
      // Not a Buffer, so that what is cut from it is none either.
      const packed = new Uint8Array(bytes.buffer, bytes.byteOffset + 1, bytes.byteLength - 1);
      const storable: unknown = packr.unpack(packed);
      switch (bytes[0]) {
        case PLAIN:
          return storable;
        case ESCAPED:
          return fromStorable(storable);
        default:
          throw new RangeError(`form ${bytes[0]} of a stored value is unknown`);
      }
    },
  };
}
