import type { RaftClient } from 'troupe/actors';
import type { Operation, SequentialModel } from 'troupe/testkit';
import type { Change, Question } from './store.js';

export type Client = RaftClient<Change, boolean, Question, number | [number, number][]>;

type Input = Change | { readonly type: 'get' };
type Seen = Operation<Input, number | boolean>;

/** What one key does when nobody else uses it: what the answers of all clients together must look like. */
export const KEY: SequentialModel<number, Input, number | boolean> = {
  initial: 0,
  apply(value, input) {
    if (input.type === 'get') return [value, value];
    return input.type === 'put' || value === input.expected ? [input.id, true] : [value, false];
  },
};

const KEYS = ['ants', 'bees', 'cats'];
const CHANGES_PER_VISITOR = 1_000_000;

/** Uses the store, one operation after the other, and takes down what it sees. */
export class Visitor {
  readonly history: Seen[] = [];
  /** Changes that were answered. */
  readonly acknowledged: number[] = [];
  /** Milliseconds from a change to its answer. */
  readonly latencies: number[] = [];
  unknownCount = 0;
  readonly #client: Client;
  #nextId: number;

  constructor(number: number, client: Client) {
    this.#client = client;
    this.#nextId = number * CHANGES_PER_VISITOR;
  }

  /** Does one operation on a key of its choice. */
  async act(): Promise<void> {
    const key = KEYS[Math.floor(Math.random() * KEYS.length)]!;
    const last = this.history.findLast((each) => each.key === key);
    const dice = Math.random();
    if (dice < 0.4) await this.read(key);
    else if (dice < 0.7) await this.#change({ type: 'put', key, id: ++this.#nextId });
    else {
      const expected = typeof last?.output === 'number' ? last.output : 0;
      await this.#change({ type: 'cas', key, id: ++this.#nextId, expected });
    }
  }

  /** Looks at every key: after all others are done this sees what is left of their work. */
  async readAll(): Promise<void> {
    for (const key of KEYS) await this.read(key);
  }

  async read(key: string): Promise<void> {
    const begin = performance.now();
    const result = await this.#client.read({ type: 'get', key });
    if (result.type !== 'done') return;
    const output = result.answer as number;
    const [end, hint] = [performance.now(), result.index + 0.5];
    this.history.push({ key, input: { type: 'get' }, begin, end, output, hint });
  }

  async #change(input: Change): Promise<void> {
    const begin = performance.now();
    const result = await this.#client.propose(input);
    const now = performance.now();
    this.latencies.push(now - begin);
    const isDone = result.type === 'done';
    if (isDone) this.acknowledged.push(input.id);
    else this.unknownCount++;
    this.history.push({
      key: input.key,
      input,
      begin,
      // Without an answer it may have been done, or be done later, or never.
      end: isDone ? now : Number.POSITIVE_INFINITY,
      output: isDone && result.reply,
      hint: isDone ? result.index : Number.POSITIVE_INFINITY,
    });
  }
}
