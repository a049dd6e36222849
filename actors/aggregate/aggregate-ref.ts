import {
  type ActorRef,
  type AskOptions,
  checkMade,
  checkNames,
  type OptionNames,
  TroupeError,
} from '../../runtime/index.js';
import type { AggregateState } from './aggregate-effect.js';
import { idError } from './aggregate-options.js';
import type { AggregateDefinition } from './define-aggregate.js';
import type { ExecuteOptions, ExecuteResult } from './execute-result.js';
import type { AggregateMessage } from './protocol.js';
import type { TransactionStep } from './transact-aggregates.js';

/** How often a command is decided again unless told otherwise. */
export const DEFAULT_RETRIES = 3;

/**
 * One aggregate as its users see it. It need not exist, nor be in memory: the first command wakes it.
 * @typeParam C commands @typeParam E events @typeParam S state @typeParam X rejections
 */
export class AggregateRef<C, E, S, X> {
  readonly id: string;
  readonly #definition: AggregateDefinition<C, E, S, X>;
  readonly #shard: ActorRef<AggregateMessage>;

  /** @internal references come from `aggregates(...).ref(id)` */
  constructor(
    definition: AggregateDefinition<C, E, S, X>,
    id: string,
    shard: ActorRef<AggregateMessage>,
  ) {
    checkMade(shard !== undefined, 'AggregateRef', 'aggregates(…).ref(id)');
    const refusal = idError('the id of an aggregate', id);
    if (refusal !== undefined) throw refusal;
    this.id = id;
    this.#definition = definition;
    this.#shard = shard;
  }

  /**
   * Executes a command. Whatever the rules, the expectation and the load make of it is a value.
   * @throws {TroupeError} as rejections: ERR_AGGREGATE_COMMAND_REUSED; ERR_AGGREGATE_DECISION when the code of
   *   the aggregate throws; ERR_AGGREGATE_REPLAY, ERR_AGGREGATE_FENCED, ERR_AGGREGATE_ENDED; what the journal
   *   fails with; and those of `ref.ask`. After ERR_ASK_TIMEOUT or ERR_THREAD_DIED it may have been executed: give a
   *   command id and execute it again, at once if you like. After ERR_STOPPED it will not be executed any more
   */
  execute(command: C, options: ExecuteOptions, ask?: AskOptions): Promise<ExecuteResult<E, X>> {
    const refusal = optionError('execute', options, EXECUTE);
    if (refusal !== undefined) return Promise.reject(refusal);
    const { expected, retries = DEFAULT_RETRIES, commandId = '' } = options;
    const { correlationId = commandId, causationId = commandId } = options;
    const message = {
      type: 'execute',
      id: this.id,
      command,
      expected,
      retries,
      commandId,
      correlationId,
      causationId,
    } as const;
    return this.#shard.ask(message, ask) as Promise<ExecuteResult<E, X>>;
  }

  /** State and version as of the last commit. Its own writes, once answered, are in it. @throws as `execute` */
  state(ask?: AskOptions): Promise<AggregateState<S>> {
    return this.#shard.ask({ type: 'query', id: this.id }, ask) as Promise<AggregateState<S>>;
  }

  /** A command as a part of a transaction over several aggregates: see `transactAggregates`. @throws {TroupeError} ERR_OPTION */
  step(command: C, options: Pick<ExecuteOptions, 'expected'>): TransactionStep<E, X> {
    const refusal = optionError('step', options, STEP);
    if (refusal !== undefined) throw refusal;
    const { expected } = options;
    const shard = this.#shard;
    const { id } = this;
    return {
      definition: this.#definition as never,
      id,
      command,
      expected,
      notify: () => void shard.tell({ type: 'changed', id }),
    };
  }
}

const NAMED: readonly unknown[] = ['any', 'noStream', 'streamExists'];

const STEP: OptionNames<Pick<ExecuteOptions, 'expected'>> = { expected: true };
const EXECUTE: OptionNames<ExecuteOptions> = {
  ...STEP,
  commandId: true,
  retries: true,
  correlationId: true,
  causationId: true,
};

function optionError(
  where: string,
  options: Partial<ExecuteOptions>,
  names: Partial<OptionNames<ExecuteOptions>>,
): TroupeError | undefined {
  try {
    checkNames(where, options, names as OptionNames<ExecuteOptions>);
  } catch (error) {
    return error as TroupeError;
  }
  const { expected, retries, commandId } = options;
  if (!NAMED.includes(expected) && !(Number.isInteger(expected) && (expected as number) >= 0)) {
    return new TroupeError('ERR_OPTION', {
      what: `expected is ${String(expected)}`,
      mend: "say what version you expect: a number from 0, 'noStream', 'streamExists' or 'any'",
    });
  }
  if (retries !== undefined && !(Number.isInteger(retries) && retries >= 0 && retries <= 1000)) {
    return new TroupeError('ERR_OPTION', {
      what: `retries is ${retries}`,
      mend: 'use an integer from 0 to 1000',
    });
  }
  return commandId === undefined ? undefined : idError('commandId', commandId);
}
