import { readFileSync } from 'node:fs';
import { type Parts, REAL_PARTS } from './ring-scenario.js';

/** The files of the classes under test, and where they lie in the runtime. */
const FOLDERS = {
  'ring-producer': 'memory',
  'ring-consumer': 'memory',
  doorbell: 'memory',
  'thread-loop': 'worker',
} as const;

/** A change of one place of the real code. */
export interface Mutation {
  readonly file: keyof typeof FOLDERS;
  /** Pairs of a piece of compiled code that stands there once, and what stands there instead. */
  readonly edits: readonly (readonly [from: string, to: string])[];
}

const RUNTIME = new URL('../../../runtime/', import.meta.url);

/**
 * The real classes with one of them changed: its compiled source is read, edited and loaded under
 * another name.
 * @throws when an edit does not find its piece exactly once: then the real code has changed
 */
export async function mutated({ file, edits }: Mutation): Promise<Parts> {
  const folder = new URL(`${FOLDERS[file]}/`, RUNTIME);
  let source = readFileSync(new URL(`${file}.js`, folder), 'utf8');
  for (const [from, to] of edits) {
    const pieces = source.split(from);
    if (pieces.length !== 2) throw new Error(`${pieces.length - 1} times in ${file}: ${from}`);
    source = pieces.join(to);
  }
  const absolute = source
    .replace(/from '(\.[^']*)'/g, (_, path: string) => `from '${new URL(path, folder)}'`)
    .replace(/^\/\/# sourceMappingURL.*$/m, '');
  const module = await import(`data:text/javascript,${encodeURIComponent(absolute)}`);
  return { ...REAL_PARTS, ...(module as Partial<Parts>) };
}
