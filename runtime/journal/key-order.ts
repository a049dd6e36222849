/**
 * Compares two strings by their UTF-8 bytes, which is the order of code points. The order of UTF-16 units
 * differs from it only where a surrogate meets a unit above it, so those two ranges change places.
 * @returns less than 0, 0, or more than 0
 */
export function compareKeys(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) {
    const a = one.charCodeAt(i);
    const b = other.charCodeAt(i);
    if (a !== b) return rank(a) - rank(b);
  }
  return one.length - other.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
