import { rmSync } from 'node:fs';
import {
  access,
  constants,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from './options.js';

/** Version of what lies in the folder: raised when an older program could not read it any more. */
export const DATA_VERSION = 1;
const MARK = 'cluster.json';
const JOURNAL = 'journal';

/** The folder with the data. */
export class DataFolder {
  readonly path: string;
  /** Where the journal is. */
  readonly journal: string;
  readonly #isTemporary: boolean;

  private constructor(path: string, isTemporary: boolean) {
    this.path = path;
    this.journal = join(path, JOURNAL);
    this.#isTemporary = isTemporary;
  }

  /**
   * Opens a folder, or makes it; a temporary one without a path.
   * @throws {UserError} when it cannot be written, belongs to something else, or is of another version
   */
  static async open(path: string | undefined): Promise<DataFolder> {
    if (path === undefined) {
      const folder = new DataFolder(await temporary(), true);
      // Also when the process ends in another way.
      process.once('exit', () => rmSync(folder.path, { recursive: true, force: true }));
      await folder.#mark();
      return folder;
    }
    const folder = new DataFolder(resolve(path), false);
    const names = await folder.#names();
    if (names.includes(MARK)) await folder.#checkVersion();
    else if (names.length === 0) await folder.#mark();
    else throw new UserError(`${folder.path} holds something else: name a folder of its own`);
    return folder;
  }

  /** Removes it when it is temporary. */
  async close(): Promise<void> {
    if (this.#isTemporary) await rm(this.path, { recursive: true, force: true });
  }

  async #names(): Promise<readonly string[]> {
    try {
      await mkdir(this.path, { recursive: true });
      await access(this.path, constants.W_OK);
      return await readdir(this.path);
    } catch (error) {
      throw new UserError(`${this.path} cannot be written: ${(error as Error).message}`);
    }
  }

  async #mark(): Promise<void> {
    try {
      await writeFile(join(this.path, MARK), `${JSON.stringify({ version: DATA_VERSION })}\n`);
    } catch (error) {
      throw new UserError(`${this.path} cannot be written: ${(error as Error).message}`);
    }
  }

  async #checkVersion(): Promise<void> {
    let version: unknown;
    try {
      version = (JSON.parse(await readFile(join(this.path, MARK), 'utf8')) as never)['version'];
    } catch (error) {
      throw new UserError(`${join(this.path, MARK)} cannot be read: ${(error as Error).message}`);
    }
    if (version === DATA_VERSION) return;
    throw new UserError(
      `${this.path} is of version ${String(version)}, and this program of version ${DATA_VERSION}: name another folder`,
    );
  }
}

async function temporary(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'troupe-cluster-'));
  } catch (error) {
    throw new UserError(`no temporary folder: ${(error as Error).message}; name one by --data`);
  }
}
