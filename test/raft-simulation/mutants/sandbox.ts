import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DIST, mutate } from '../../mutants/apply.js';
import type { Mutant } from '../../mutants/mutant.js';

/** What the simulation of the core consists of, below the compiled tree. */
const PARTS = ['actors/raft', 'test/raft-simulation', 'runtime'];

/** The source of the built file of a mutant, with its fault. @throws {Error} when it does not fit in one place */
export async function plantedIn(mutant: Mutant): Promise<string> {
  const path = fileURLToPath(new URL(`actors/raft/${mutant.file}`, DIST));
  return mutate(await readFile(path, 'utf8'), mutant);
}

/** A copy of the built core and its simulation, with one fault. */
export class RaftSandbox {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  static async open(mutant: Mutant): Promise<RaftSandbox> {
    const root = await mkdtemp(join(tmpdir(), 'troupe-raft-mutant-'));
    for (const part of PARTS) {
      await cp(fileURLToPath(new URL(part, DIST)), join(root, part), {
        recursive: true,
        filter: (path) => !/\.(map|ts)$/.test(path),
      });
    }
    await writeFile(join(root, 'package.json'), '{ "type": "module" }');
    await symlink(fileURLToPath(new URL('../node_modules', DIST)), join(root, 'node_modules'));
    await writeFile(join(root, 'actors/raft', mutant.file), await plantedIn(mutant));
    return new RaftSandbox(root);
  }

  get main(): string {
    return join(this.#root, 'test/raft-simulation/main.js');
  }

  async close(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }
}
