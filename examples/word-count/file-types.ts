/** Endings of the files that are counted, compound ones first: `a.d.ts` is a `.d.ts`. */
export const FILE_TYPES = [
  '.d.ts',
  '.d.mts',
  '.d.cts',
  '.js',
  '.mjs',
  '.cjs',
  '.jsx',
  '.ts',
  '.mts',
  '.cts',
  '.tsx',
  '.flow',
  '.json',
  '.md',
  '.markdown',
  '.txt',
  '.css',
  '.html',
  '.yml',
  '.yaml',
  '.toml',
  '.sh',
  '.py',
  '.c',
  '.h',
  '.cc',
  '.cpp',
  '.go',
  '.java',
  '.rs',
] as const;

/** The type of a file by its name, or undefined for one that is not source text. */
export function fileTypeOf(path: string): string | undefined {
  const name = path.toLowerCase();
  return FILE_TYPES.find((type) => name.endsWith(type));
}
