import { readFileSync } from 'node:fs';
import { type Parts, REAL_PARTS } from './ring-scenario.js';

/** A change of one place of the real code. */
export interface Mutation {
  readonly file: 'ring-producer' | 'ring-consumer' | 'doorbell';
  /** Pairs of a piece of compiled code that stands there once, and what stands there instead. */
  readonly edits: readonly (readonly [from: string, to: string])[];
}

const MEMORY = new URL('../../../runtime/memory/', import.meta.url);

/**
 * The real classes with one of them changed: its compiled source is read, edited and loaded under
 * another name.
 * @throws when an edit does not find its piece exactly once: then the real code has changed
 */
export async function mutated({ file, edits }: Mutation): Promise<Parts> {
  let source = readFileSync(new URL(`${file}.js`, MEMORY), 'utf8');
  for (const [from, to] of edits) {
    const pieces = source.split(from);
    if (pieces.length !== 2) throw new Error(`${pieces.length - 1} times in ${file}: ${from}`);
    source = pieces.join(to);
  }
  const absolute = source
    .replace(/from '(\.[^']*)'/g, (_, path: string) => `from '${new URL(path, MEMORY)}'`)
    .replace(/^\/\/# sourceMappingURL.*$/m, '');
  const module = await import(`data:text/javascript,${encodeURIComponent(absolute)}`);
  return { ...REAL_PARTS, ...(module as Partial<Parts>) };
}
