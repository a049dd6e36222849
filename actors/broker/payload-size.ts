/** What a number, a date or an empty object is counted as. */
const SCALAR_BYTES = 8;
/** Deeper values, and cycles, are counted as far as this. */
const MAX_DEPTH = 64;

/** About how many bytes a value takes; exact for strings of one byte a character and for buffers. */
export function payloadBytes(value: unknown, depth = 0): number {
  switch (typeof value) {
    case 'string':
      return value.length;
    case 'object':
      return value === null || depth >= MAX_DEPTH ? SCALAR_BYTES : objectBytes(value, depth + 1);
    default:
      return SCALAR_BYTES;
  }
}

function objectBytes(value: object, depth: number): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return value.byteLength;
  let bytes = SCALAR_BYTES;
  if (Array.isArray(value)) {
    for (const each of value) bytes += payloadBytes(each, depth);
  } else if (value instanceof Map) {
    for (const [key, each] of value) bytes += payloadBytes(key, depth) + payloadBytes(each, depth);
  } else if (value instanceof Set) {
    for (const each of value) bytes += payloadBytes(each, depth);
  } else {
    for (const key in value) {
      bytes += key.length + payloadBytes((value as Record<string, unknown>)[key], depth);
    }
  }
  return bytes;
}
