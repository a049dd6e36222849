import { decodeValue } from '../values.js';
import { Call } from './call.js';

/**
 * Plain reads of one turn from one shard, in the order they were asked: columns instead of an object for each, since
 * nothing else is asked as often.
 */
export class Reads {
  readonly keys: string[] = [];
  readonly #resolves: ((value: unknown) => void)[] = [];
  readonly #rejects: ((error: unknown) => void)[] = [];
  readonly #take = (resolve: (value: unknown) => void, reject: (error: unknown) => void): void => {
    this.#resolves.push(resolve);
    this.#rejects.push(reject);
  };

  /** @returns the value, decoded */
  add(key: string): Promise<unknown> {
    this.keys.push(key);
    return new Promise(this.#take);
  }

  /** Answers all. @param values encoded, in the order of `keys` */
  settle(values: readonly unknown[]): void {
    const resolves = this.#resolves;
    for (let i = 0; i < resolves.length; i++) resolves[i]!(decodeValue(values[i]));
  }

  /** The same as calls of their own, in order: for what travels with others, or has to be repeated. */
  toCalls(): Call[] {
    return this.keys.map((key, i) => {
      return new Call({ op: 'get', key }, this.#resolves[i]!, this.#rejects[i]!, true);
    });
  }
}
