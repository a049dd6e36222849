import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.js';

/** The compiled tree that this file is part of. */
export const DIST = new URL('../../', import.meta.url);

/** How often a text occurs, any white space standing for any other. */
export function countOf(source: string, find: string): number {
  return source.match(patternOf(find, 'g'))?.length ?? 0;
}

/**
 * Plants one fault.
 * @param source of the mutant's file
 * @throws {Error} when the text to be replaced does not occur exactly once
 */
export function mutate(source: string, mutant: Mutant): string {
  const count = countOf(source, mutant.find);
  if (count !== 1) {
    throw new Error(`'${mutant.find}' occurs ${count} times in ${mutant.file}: ${mutant.name}`);
  }
  // As a function: a replacement given as text would be read for `$`.
  return source.replace(patternOf(mutant.find, ''), () => mutant.replace);
}

function patternOf(find: string, flags: string): RegExp {
  const words = find.trim().split(/\s+/);
  return new RegExp(
    words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('\\s+'),
    flags,
  );
}

/** A copy of the built runtime in a directory of its own, which finds its packages where the original does. */
export class Sandbox {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async open(): Promise<Sandbox> {
    const root = await mkdtemp(join(tmpdir(), 'troupe-mutant-'));
    const from = (path: string): string => fileURLToPath(new URL(path, DIST));
    await cp(from('runtime'), join(root, 'dist', 'runtime'), {
      recursive: true,
      filter: (path) => !/\.(map|ts|tsbuildinfo)$/.test(path),
    });
    await cp(from('../package.json'), join(root, 'package.json'));
    await symlink(from('../node_modules'), join(root, 'node_modules'), 'dir');
    return new Sandbox(root);
  }

  /** Where a built file of the runtime lies. */
  pathOf(file: string): string {
    return join(this.root, 'dist', 'runtime', file);
  }

  /** Plants a fault in this copy, or in a file beside the one that has it. @returns the file with the fault */
  async plant(mutant: Mutant, file = mutant.file): Promise<string> {
    const source = await readFile(this.pathOf(mutant.file), 'utf8');
    await writeFile(this.pathOf(file), mutate(source, mutant));
    return this.pathOf(file);
  }

  async close(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
