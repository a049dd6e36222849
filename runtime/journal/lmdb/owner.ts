import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TroupeError } from '../../base/errors.js';
import type { Serializer } from '../serializer.js';
import type { Database } from './database.js';
import { CONTENT, fenceKey, isSound, Kind, seal, singleKey } from './descriptor.js';

/** Who may write to a store. It stands in the store itself. */
interface Owner {
  readonly pid: number;
  /** Tells this process from a later one of the same number; empty where the system does not say. */
  readonly birth: string;
  /** Who in the process: the same name takes over from its former self. */
  readonly name: string;
  /** Tells this opening from all others. */
  readonly token: string;
}

/** The right to write to a store, taken when it is opened. */
export class Ownership {
  readonly #database: Database;
  readonly #path: string;
  readonly #key: Buffer;
  readonly #value: Buffer;
  readonly #fence: Buffer;
  readonly #serializer: Serializer;
  readonly #me: Owner;

  constructor(database: Database, path: string, serializer: Serializer, name: string) {
    this.#database = database;
    this.#path = path;
    this.#serializer = serializer;
    this.#me = { pid: process.pid, birth: birthOf(process.pid), name, token: randomUUID() };
    this.#fence = fenceKey(this.#me.token);
    this.#key = singleKey(Kind.OWNER);
    this.#value = seal(this.#key, serializer.encode(this.#me, CONTENT));
  }

  /**
   * Takes the right, from one who is gone or from the former self of this name. To be called in a transaction.
   * @throws {TroupeError} ERR_JOURNAL_LOCKED naming who has it
   */
  claim(): void {
    const present = this.#present();
    if (present !== undefined && isAlive(present) && !this.#isFormerSelf(present)) {
      const isOwn = present.pid === process.pid && present.birth === this.#me.birth;
      throw new TroupeError('ERR_JOURNAL_LOCKED', {
        what: `the store is open for writing in ${isOwn ? 'this process' : `process ${present.pid}`}`,
        where: this.#path,
        mend: 'close it there first; one store has one writer',
      });
    }
    if (present !== undefined && this.#isFormerSelf(present)) {
      const fence = fenceKey(present.token);
      this.#database.put(fence, seal(fence, Buffer.alloc(CONTENT)));
    } else {
      this.#removeFences();
    }
    this.#database.put(this.#key, this.#value);
  }

  /** The key that is there once somebody has taken over: every write is on condition that it is not. */
  get fence(): Buffer {
    return this.#fence;
  }

  /** What a write says that found the fence. */
  lockedError(): TroupeError {
    return new TroupeError('ERR_JOURNAL_LOCKED', {
      what: 'another writer has taken over the store',
      where: this.#path,
      mend: 'write through that one; one store has one writer',
    });
  }

  /** Gives the right back, unless somebody else has it by now. To be called in a transaction. */
  release(): void {
    const present = this.#database.get(this.#key);
    if (present !== undefined && this.#value.equals(present)) this.#database.remove(this.#key);
  }

  /** Those of processes that are gone keep nobody out any more. */
  #removeFences(): void {
    const range = { start: fenceKey('\0'), end: singleKey(Kind.OWNER + 1) };
    for (const key of [...this.#database.getKeys(range)]) this.#database.remove(key);
  }

  #present(): Owner | undefined {
    const value = this.#database.get(this.#key);
    // A damaged one says nothing about anybody; the pages it would protect are checked by themselves.
    if (value === undefined || !isSound(this.#key, value)) return undefined;
    return this.#serializer.decode(value.subarray(CONTENT)) as Owner;
  }

  #isFormerSelf({ pid, birth, name }: Owner): boolean {
    return pid === this.#me.pid && birth === this.#me.birth && name === this.#me.name;
  }
}

/** True when the process that took the right runs. One of the same number that was born later is another. */
function isAlive({ pid, birth }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = birthOf(pid);
  return birth === '' || now === '' || birth === now;
}

/** When a process was started, as the system counts it: on Linux the boot and the ticks since. Else empty. */
function birthOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold anything; field 22 is the 20th after it.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? '' : `${boot}/${ticks}`;
  } catch {
    return '';
  }
}
