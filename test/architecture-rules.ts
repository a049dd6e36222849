import { importsOf, type Source } from './architecture-sources.js';

/** The layers of `runtime/`, lowest first: a folder imports itself and what stands on its left. */
export const LAYERS = [
  'base',
  'memory',
  'codec',
  'ref',
  'mailbox',
  'scheduler',
  'actor',
  'supervision',
  'worker',
  'observe',
  'system',
] as const;

/** Folders beside the layers, and the other folders they may import. */
export const BESIDE: Readonly<Record<string, readonly string[]>> = {
  journal: ['base', 'codec'],
  resilience: ['base'],
  delivery: LAYERS,
  testkit: LAYERS,
  quickbench: LAYERS,
};

/** Packages that only the benchmarks may import, to compare with, and only the examples, to be embedded and to make load. */
const PACKAGES: Readonly<Record<'bench' | 'examples', readonly string[]>> = {
  bench: ['benchmark', 'eventemitter3', 'lmdb', 'piscina'],
  examples: ['autocannon', 'express', 'fastify'],
};

/** The part of a path that rules speak of: `runtime/base`, `runtime` for an entry, `actors`. */
export function folderOf(path: string): string {
  const [top, second, third] = path.split('/');
  return top === 'runtime' && third !== undefined ? `runtime/${second}` : top!;
}

/** The name of the package in a specifier: `@scope/a/b` is of `@scope/a`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** @returns why an import breaks the rules, or undefined. `dependencies`: those of the package */
function objection(
  from: string,
  specifier: string,
  target: string | undefined,
  dependencies: readonly string[],
): string | undefined {
  if (specifier.startsWith('node:')) return undefined;
  const folder = folderOf(from);
  if (folder === 'bench' || folder === 'examples') {
    if (target !== undefined) {
      return folderOf(target) === folder ? undefined : 'imports the package not by its name';
    }
    const name = packageOf(specifier);
    const isAllowed = name === 'troupe' || PACKAGES[folder].includes(name);
    return isAllowed ? undefined : `${folder}/ does not import packages like this`;
  }
  if (target === undefined) {
    if (specifier.startsWith('#')) return 'names a file of the runtime by an alias';
    return dependencies.includes(packageOf(specifier)) ? undefined : 'is not a dependency';
  }
  if (folder === 'actors') {
    const isPublic = folderOf(target) === 'actors' || target === 'runtime/index.ts';
    return isPublic ? undefined : 'actors/ imports the public entry only';
  }
  return layerObjection(folder, folderOf(target));
}

function layerObjection(folder: string, target: string): string | undefined {
  if (target !== 'runtime' && !target.startsWith('runtime/')) return 'leaves the runtime';
  if (folder === 'runtime' || folder === target) return undefined;
  if (target === 'runtime') return 'imports an entry from below it';
  const [name, other] = [folder.slice('runtime/'.length), target.slice('runtime/'.length)];
  const layer = (LAYERS as readonly string[]).indexOf(name);
  const below = BESIDE[name] ?? (layer >= 0 ? LAYERS.slice(0, layer) : undefined);
  if (below === undefined) return `runtime/${name} has no place in the order of layers`;
  return below.includes(other) ? undefined : `${name} stands below ${other}, or apart from it`;
}

/** Imports against the order of the folders, as `file:line` and why. */
export function importViolations(
  sources: readonly Source[],
  dependencies: readonly string[],
): string[] {
  const found: string[] = [];
  for (const source of sources) {
    for (const { line, specifier, target } of importsOf(source)) {
      const why = objection(source.path, specifier, target, dependencies);
      if (why !== undefined) found.push(`${source.path}:${line} '${specifier}': ${why}`);
    }
  }
  return found;
}

/** Cycles of imports whose files lie in more than one folder, each as the list of its files. */
export function crossFolderCycles(sources: readonly Source[]): string[][] {
  const paths = new Set(sources.map((source) => source.path));
  const edges = new Map<string, string[]>();
  for (const source of sources) {
    const targets = importsOf(source).map(({ target }) => target);
    edges.set(
      source.path,
      targets.filter((target): target is string => target !== undefined && paths.has(target)),
    );
  }
  return stronglyConnected(edges).filter((files) => new Set(files.map(folderOf)).size > 1);
}

/** Groups of files that reach each other (Tarjan 1972), those of one file left out. */
function stronglyConnected(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const groups: string[][] = [];
  const visit = (file: string): number => {
    const number = order.size;
    order.set(file, number);
    stack.push(file);
    let lowest = number;
    for (const next of edges.get(file) ?? []) {
      if (!order.has(next)) lowest = Math.min(lowest, visit(next));
      else if (stack.includes(next)) lowest = Math.min(lowest, order.get(next)!);
    }
    low.set(file, lowest);
    if (lowest === number) {
      const group = stack.splice(stack.indexOf(file));
      if (group.length > 1) groups.push(group.sort());
    }
    return lowest;
  };
  for (const file of edges.keys()) if (!order.has(file)) visit(file);
  return groups;
}
