/** One sender and the thread its messages go to: numbers of threads, equal ones for a local pair. */
export type Flow = readonly [from: number, to: number];

/** A pair on each thread, numbered from `first`. */
export function localPairs(threads: number, first: number): readonly Flow[] {
  return Array.from({ length: threads }, (_, i) => [first + i, first + i] as const);
}

/** Each thread to the next, the last to the first. */
export function crossPairs(threads: number, first: number): readonly Flow[] {
  return Array.from({ length: threads }, (_, i) => [first + i, first + ((i + 1) % threads)]);
}

/** Each thread to each other one. */
export function allToAll(threads: number, first: number): readonly Flow[] {
  const members = Array.from({ length: threads }, (_, i) => first + i);
  return members.flatMap((from) =>
    members.filter((to) => to !== from).map((to) => [from, to] as const),
  );
}

/** How many flows end on each thread that receives, in the order of their first appearance. */
export function flowsByReceiver(flows: readonly Flow[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const [, to] of flows) counts.set(to, (counts.get(to) ?? 0) + 1);
  return counts;
}
