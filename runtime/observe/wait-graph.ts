/** One edge of the graph of who waits for whom, by any names of the actors. */
export interface WaitEdge {
  readonly from: string;
  readonly to: string;
  /** False: the asker goes on with other messages meanwhile, so that it closes no circle. */
  readonly holds: boolean;
}

/**
 * Circles of actors that wait for each other, each as the list of its actors, starting with the one that
 * is first by name. An actor may be in several circles; of those through one another only one is told for each edge
 * that closes one. Takes time in proportion to the edges.
 */
export function waitCycles(edges: readonly WaitEdge[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to, holds } of edges) {
    if (!holds) continue;
    const targets = next.get(from);
    if (targets === undefined) next.set(from, [to]);
    else targets.push(to);
  }
  const cycles = new Map<string, string[]>();
  const done = new Set<string>();
  for (const start of next.keys()) if (!done.has(start)) search(start, next, done, cycles);
  return [...cycles.values()];
}

/** Depth first, without recursion: chains may be as long as there are actors. */
function search(
  start: string,
  next: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
  cycles: Map<string, string[]>,
): void {
  const path: string[] = [start];
  const place = new Map([[start, 0]]);
  const taken: number[] = [0];
  while (path.length > 0) {
    const actor = path.at(-1)!;
    const target = next.get(actor)?.[taken[path.length - 1]!++];
    if (target === undefined) {
      path.pop();
      taken.pop();
      place.delete(actor);
      done.add(actor);
    } else if (place.has(target)) {
      const cycle = fromFirst(path.slice(place.get(target)));
      cycles.set(cycle.join('\n'), cycle);
    } else if (!done.has(target)) {
      place.set(target, path.length);
      path.push(target);
      taken.push(0);
    }
  }
}

function fromFirst(cycle: readonly string[]): string[] {
  const first = cycle.indexOf(cycle.reduce((least, name) => (name < least ? name : least)));
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}
