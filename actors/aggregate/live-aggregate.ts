import {
  type ActorRef,
  type Context,
  type Durability,
  InvariantError,
  TroupeError,
} from '../../runtime/index.js';
import { AggregateCore } from './aggregate-core.js';
import type { AggregateEffect } from './aggregate-effect.js';
import type { Decider } from './aggregate-spec.js';
import { fingerprint } from './canonical.js';
import { commandKey } from './command-record.js';
import type { CommandWindow } from './command-window.js';
import type { AggregateMessage, AggregateNews, Asker, ExecuteMessage } from './protocol.js';
import type { QueuedCommand } from './queued-command.js';
import { streamOf } from './recorded-event.js';
import { eventStamp } from './stamp.js';

/** What an aggregate is started with, as data. */
export interface LiveAggregateArgs {
  readonly role: 'aggregate';
  readonly id: string;
  readonly shard: ActorRef<AggregateMessage>;
  /** Of the ids of its events: no other incarnation has it. */
  readonly idPrefix: string;
  readonly queueCount: number;
  readonly batchCount: number;
  readonly durability: Durability;
  readonly window: CommandWindow | null;
}

/** The pause before a shard that had no room is told again. */
const RESEND_MS = 5;

/** One live aggregate: turns messages into inputs of its core. All I/O is done by its shard. */
export class LiveAggregate {
  readonly #id: string;
  readonly #stream: string;
  readonly #shard: ActorRef<AggregateMessage>;
  readonly #core: AggregateCore<Asker>;
  /** What the shard had no room for, in order. */
  #unsent: AggregateEffect<Asker>[] = [];

  constructor(decider: Decider, args: LiveAggregateArgs, ctx: Context<AggregateMessage>) {
    this.#id = args.id;
    this.#stream = streamOf(decider.kind, args.id);
    this.#shard = args.shard;
    this.#core = new AggregateCore(decider, args.id, eventStamp(args.idPrefix), args);
    this.#perform(this.#core.start(), ctx);
  }

  receive(message: AggregateMessage, ctx: Context<AggregateMessage>): void {
    if (message.type === 'leave') ctx.stop();
    else if (message.type === 'resend') this.#perform(this.#unsent.splice(0), ctx);
    else this.#perform(this.#input(message as AggregateNews), ctx);
  }

  /** The incarnation is over, perhaps with commands in hand. */
  stopped(): void {
    if (!this.#core.isAwaited) return;
    const where = this.#stream;
    const error = new TroupeError('ERR_STOPPED', { what: 'the system stops', where });
    // The shard is told nothing: it sees the end of its children, or is at its own.
    for (const effect of this.#core.failed(error)) answer(effect);
  }

  #input(message: AggregateNews): readonly AggregateEffect<Asker>[] {
    const core = this.#core;
    switch (message.type) {
      case 'taken':
        return core.execute(this.#queued(message.message, message.to));
      case 'committed':
        return core.committed(message.durability);
      case 'queried':
        return core.query(message.to);
      case 'stale':
        return core.changed();
      case 'loaded':
        return core.loaded(message.head, message.snapshot);
      case 'page':
        return core.page(message.records);
      case 'found':
        return core.found(message.records, message.order);
      case 'refused':
        return core.refused(message.conflict);
      case 'failed':
        return core.failed(message.error);
      case 'passivate':
        return core.passivate();
      default:
        throw new InvariantError(`an aggregate was sent '${(message as AggregateMessage).type}'`);
    }
  }

  #queued(message: ExecuteMessage, to: Asker): QueuedCommand<Asker> {
    const { command, expected, retries, commandId, correlationId, causationId } = message;
    const record =
      commandId === ''
        ? null
        : {
            key: commandKey(this.#stream, commandId),
            commandId,
            fingerprint: fingerprint(command),
          };
    return { to, command, expected, retries, record, correlationId, causationId };
  }

  #perform(effects: readonly AggregateEffect<Asker>[], ctx: Context<AggregateMessage>): void {
    for (const effect of effects) {
      if (answer(effect)) continue;
      const want = { type: 'want', id: this.#id, effect } as const;
      if (this.#unsent.length === 0 && this.#shard.tell(want)) continue;
      // Its mailbox is full of commands: what is wanted must not be lost for that.
      this.#unsent.push(effect);
      ctx.startTimer('resend', RESEND_MS, { type: 'resend' });
    }
  }
}

/** Answers whoever asked. @returns false for what the shard has to do */
function answer(effect: AggregateEffect<Asker>): boolean {
  switch (effect.type) {
    case 'answer':
    case 'answer-query':
      effect.to.reply(effect.result as never);
      return true;
    case 'fail':
      effect.to.fail(effect.error);
      return true;
    default:
      return false;
  }
}
