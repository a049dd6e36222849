import type { CommandOutcome, ReadOutcome } from '../../actors/raft/outcome.js';
import type { Dice } from './dice.js';
import type { KvCommand, KvOperation } from './kv.js';
import type { Settings } from './program.js';

/** What a client asks a node for. */
export type ClientRequest =
  | { readonly type: 'open'; readonly nonce: number }
  | {
      readonly type: 'command';
      readonly session: number;
      readonly sequence: number;
      readonly command: KvCommand;
    }
  | { readonly type: 'read'; readonly key: number };

let lastOperation = 0;

/** Begins the numbering of operations again: for every run. */
export function resetOperations(): void {
  lastOperation = 0;
}

/**
 * One client with one operation at a time: it tries again under its session until it is answered, and now and then
 * gives up, which leaves the outcome unknown.
 */
export class Client {
  readonly id: number;
  readonly #dice: Dice;
  readonly #settings: Settings;
  readonly #histories: Map<number, KvOperation[]>;
  #session = 0;
  #sequence = 0;
  #operation: KvOperation | undefined;
  #request: ClientRequest | undefined;
  /** Counts the tries; an answer to an earlier one of the same operation is as good. */
  attempt = 0;
  firstAttempt = 1;
  tries = 0;
  doneCount = 0;
  /** Where the last answer said the leader is. */
  leader = 0;
  /** Who answered it last: it goes there again now and then, also when another one leads. */
  server = 0;
  hasExpired = false;

  constructor(id: number, dice: Dice, settings: Settings, histories: Map<number, KvOperation[]>) {
    this.id = id;
    this.#dice = dice;
    this.#settings = settings;
    this.#histories = histories;
  }

  get request(): ClientRequest | undefined {
    return this.#request;
  }

  /** Begins the next operation; `kind` pins what it is. */
  begin(now: number, kind?: 'put' | 'get'): ClientRequest {
    this.tries = 0;
    if (this.#session === 0) {
      this.#operation = undefined;
      this.#request = { type: 'open', nonce: 1e9 + this.#dice.below(2 ** 30) };
      return this.#request;
    }
    const key = this.#dice.below(this.#settings.keyCount);
    const type = kind ?? this.#dice.pick(['put', 'put', 'get', 'get', 'cas'] as const);
    const op = ++lastOperation;
    const history = this.#histories.get(key) ?? [];
    const known = history[history.length - 1];
    const expected = type === 'cas' ? (known?.input.value ?? 0) : 0;
    const operation: KvOperation = {
      key,
      input: { type, value: op, expected },
      begin: now,
      end: Number.POSITIVE_INFINITY,
      output: 0,
      hint: Number.POSITIVE_INFINITY,
    };
    history.push(operation);
    this.#histories.set(key, history);
    this.#operation = operation;
    if (type === 'get') this.#request = { type: 'read', key };
    else {
      this.#sequence++;
      this.#request = {
        type: 'command',
        session: this.#session,
        sequence: this.#sequence,
        command: { op, type, key, value: op, expected },
      };
    }
    return this.#request;
  }

  /** Gives up: the operation may still take effect, at any time. */
  giveUp(): void {
    if (this.#request?.type !== 'read') this.#session = 0;
    this.#request = undefined;
  }

  /** @returns true when the operation is over */
  answered(now: number, outcome: CommandOutcome<boolean> | ReadOutcome<number>): boolean {
    const request = this.#request;
    if (request === undefined) return false;
    if (outcome.type === 'refused') {
      this.leader = outcome.leader;
      return false;
    }
    if (outcome.type === 'expired' || outcome.type === 'stale') {
      this.hasExpired = true;
      this.giveUp();
      return true;
    }
    if (outcome.type !== 'done') return false;
    if (request.type === 'open') {
      this.#session = outcome.index;
      this.#sequence = 0;
    } else {
      const operation = this.#operation!;
      operation.end = now;
      if (request.type === 'read') operation.hint = outcome.index + 0.5;
      operation.output = 'answer' in outcome ? outcome.answer : outcome.reply;
      this.doneCount++;
    }
    this.#request = undefined;
    return true;
  }
}
