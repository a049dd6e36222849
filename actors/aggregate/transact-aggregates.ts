import {
  checkNames,
  type Durability,
  type ExpectedVersion,
  type Journal,
  type OptionNames,
  type Put,
  TroupeError,
} from '../../runtime/index.js';
import { type CommandIdOptions, commandWindow } from './aggregate-options.js';
import type { Decider, Rejection } from './aggregate-spec.js';
import { fingerprint } from './canonical.js';
import type { CommandWindow } from './command-window.js';
import { Decision, type EventStamp } from './decision.js';
import { type AggregateDefinition, deciderOf } from './define-aggregate.js';
import { holdsAt, knownVersion } from './execute-result.js';
import { loadState } from './load-aggregate.js';
import { type RecordedEvent, streamOf } from './recorded-event.js';
import { eventsOf, PAGE_COUNT } from './shard-reads.js';
import { eventStamp, idPrefix } from './stamp.js';
import { TransactionId } from './transaction-id.js';

/** One command of a transaction. @typeParam E events @typeParam X rejections */
export interface TransactionStep<E, X> {
  readonly definition: AggregateDefinition<never, E, unknown, X>;
  readonly id: string;
  readonly command: unknown;
  readonly expected: ExpectedVersion;
  /** Tells the live aggregate, if there is one, that its stream has grown. */
  readonly notify: () => void;
}

/** How a transaction is executed. Every field has a default. */
export interface TransactAggregatesOptions {
  /** Makes the whole of it idempotent, as with `execute`. */
  readonly commandId?: string;
  /** How often it is decided again when one of the aggregates was written to in between; 20. */
  readonly retries?: number;
  readonly durability?: Durability;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** How long its id is remembered at least; as `aggregates` was told, or else as long as the store. */
  readonly commandIds?: Pick<CommandIdOptions, 'keepMs'>;
}

/** What became of a transaction. `step` is the index of the command that stood in the way. */
export type TransactAggregatesResult<E, X> =
  | {
      readonly ok: true;
      /** Version of each aggregate after it, in the order of the steps. */
      readonly versions: readonly number[];
      readonly durability: Durability;
      readonly isRepeat: boolean;
    }
  | { readonly ok: false; readonly reason: 'rejected'; readonly step: number; readonly error: X }
  | {
      readonly ok: false;
      readonly reason: 'conflict';
      readonly step: number;
      readonly expected: ExpectedVersion;
      readonly actual: number;
      readonly since: readonly RecordedEvent<E>[];
    };

const NAMES: OptionNames<TransactAggregatesOptions> = {
  commandId: true,
  retries: true,
  durability: true,
  correlationId: true,
  causationId: true,
  commandIds: true,
};

type Result = TransactAggregatesResult<unknown, unknown>;
type Done = Result & { readonly ok: true };
type Step = TransactionStep<unknown, unknown>;

const DEFAULT_RETRIES = 20;

/**
 * Executes commands of several aggregates, of one kind or of several, as one: all their events are written
 * in one transaction of the journal, or none. All kinds must live in that journal. Decided where it is
 * called, on what the journal has, and written only if nothing has changed since; otherwise decided again.
 *
 * @example
 * const result = await transactAggregates(journal, [
 *   from.step({ type: 'withdraw', amount }, { expected: 'streamExists' }),
 *   to.step({ type: 'deposit', amount }, { expected: 'streamExists' }),
 * ]);
 *
 * @throws {TroupeError} ERR_OPTION when an aggregate is named twice, ERR_AGGREGATE_* as `execute`, and what the
 *   journal fails with: then it is not known whether it was written, and a command id makes repeating it safe
 */
export function transactAggregates<E, X>(
  journal: Journal,
  steps: readonly TransactionStep<E, X>[],
  options: TransactAggregatesOptions = {},
): Promise<TransactAggregatesResult<E, X>> {
  return transactWithin(null, journal, steps, options);
}

/** As `transactAggregates`. @param window how long its id is remembered, unless the options say */
export async function transactWithin<E, X>(
  window: CommandWindow | null,
  journal: Journal,
  steps: readonly TransactionStep<E, X>[],
  options: TransactAggregatesOptions = {},
): Promise<TransactAggregatesResult<E, X>> {
  const all = steps as unknown as readonly Step[];
  checkSteps(all);
  checkNames('transactAggregates', options, NAMES);
  const own = commandWindow(options.commandIds) ?? window;
  const stamp = eventStamp(idPrefix(Math.random));
  const attempt = new Attempt(journal, all, options, stamp, own);
  for (let retries = options.retries ?? DEFAULT_RETRIES; ; retries--) {
    const result = await attempt.run(retries <= 0);
    if (result !== undefined) return result as TransactAggregatesResult<E, X>;
  }
}

function checkSteps(steps: readonly Step[]): void {
  const streams = steps.map(({ definition, id }) => streamOf(definition.name, id));
  if (steps.length > 0 && new Set(streams).size === streams.length) return;
  throw new TroupeError('ERR_OPTION', {
    what: steps.length === 0 ? 'there are no steps' : 'two steps are of the same aggregate',
    where: 'transactAggregates',
    mend: 'give each aggregate one command that says all',
  });
}

class Attempt {
  readonly #journal: Journal;
  readonly #steps: readonly Step[];
  readonly #options: TransactAggregatesOptions;
  readonly #stamp: EventStamp;
  readonly #deciders: readonly Decider[];
  readonly #commandId: TransactionId | null;

  constructor(
    journal: Journal,
    steps: readonly Step[],
    options: TransactAggregatesOptions,
    stamp: EventStamp,
    window: CommandWindow | null,
  ) {
    this.#journal = journal;
    this.#steps = steps;
    this.#options = options;
    this.#stamp = stamp;
    this.#deciders = steps.map(({ definition }) => deciderOf(definition as never));
    const { commandId } = options;
    const content = steps.map(({ definition, id, command }) => [definition.name, id, command]);
    this.#commandId =
      commandId === undefined
        ? null
        : new TransactionId(commandId, fingerprint(content), window, stamp);
  }

  /** Decides and writes once. @returns undefined when something changed in between; never the last time */
  async run(isLast: boolean): Promise<Result | undefined> {
    const earlier = await this.#commandId?.earlier(this.#journal);
    if (earlier !== undefined) return { ...(earlier as never as Done), isRepeat: true };
    const decisions: Decision[] = [];
    for (const [index, step] of this.#steps.entries()) {
      const decided = await this.#decide(index, step);
      if (!(decided instanceof Decision)) return decided;
      decisions.push(decided);
    }
    return this.#write(decisions, isLast);
  }

  async #decide(index: number, { id, command, expected }: Step): Promise<Decision | Result> {
    const decider = this.#deciders[index]!;
    const stream = streamOf(decider.kind, id);
    const { state, version } = await loadState(this.#journal, decider, id);
    if (!holdsAt(expected, version)) {
      return this.#conflict(index, knownVersion(expected, version), version);
    }
    const decision = new Decision(decider, id, stream, this.#stamp, state, version);
    const { commandId = '' } = this.#options;
    const { correlationId = commandId, causationId = commandId } = this.#options;
    const decided = decision.decide(command, { correlationId, causationId });
    if (typeof decided === 'number') return decision;
    return { ok: false, reason: 'rejected', step: index, error: decided satisfies Rejection };
  }

  async #write(decisions: readonly Decision[], isLast: boolean): Promise<Result | undefined> {
    const versions = decisions.map(({ version }) => version);
    const { durability = this.#journal.durability } = this.#options;
    const result: Result = { ok: true, versions, durability, isRepeat: false };
    const puts: Put[] = decisions.flatMap((decision) => decision.puts());
    if (this.#commandId !== null) puts.push(...this.#commandId.puts(result as never));
    const appends = decisions.map((decision) => decision.append(undefined));
    const written = await this.#journal.transact({ appends, puts }, { durability });
    if (written.ok) {
      for (const { notify } of this.#steps) notify();
      return { ...result, durability: written.durability };
    }
    const { conflict } = written;
    if (conflict.kind === 'value' || !isLast) return undefined;
    const index = appends.findIndex(({ stream }) => stream === conflict.stream);
    return this.#conflict(index, appends[index]!.expected as number, conflict.actual.version);
  }

  async #conflict(index: number, after: number, actual: number): Promise<Result> {
    const { id, expected } = this.#steps[index]!;
    const decider = this.#deciders[index]!;
    const range = { from: after + 1, limit: PAGE_COUNT };
    const records =
      after >= actual ? [] : await this.#journal.read(streamOf(decider.kind, id), range);
    const since = eventsOf(decider, id, records);
    return { ok: false, reason: 'conflict', step: index, expected, actual, since };
  }
}
