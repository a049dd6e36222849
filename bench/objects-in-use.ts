/** Bytes of one of them, with its place in the set. */
const OBJECT_BYTES = 64;

/** An object as programs hold many of. */
interface Held {
  readonly id: number;
  readonly value: number;
}

/** @returns small objects of about so many bytes, for a heap that is in use */
export function objectsOf(bytes: number): Set<Held> {
  const objects = new Set<Held>();
  for (let id = 0; id < bytes / OBJECT_BYTES; id++) objects.add({ id, value: id + 0.5 });
  return objects;
}
