import type {
  Conflict,
  Durability,
  ExpectedVersion,
  Request,
  Requester,
  StoredRecord,
  StreamHead,
} from '../../runtime/index.js';
import type { AggregateEffect, AggregateState } from './aggregate-effect.js';
import type { CommandOrder } from './command-window.js';
import type { ExecuteResult } from './execute-result.js';

/** One command on its way to its aggregate. */
export type ExecuteMessage = {
  readonly type: 'execute';
  readonly id: string;
  readonly command: unknown;
  readonly expected: ExpectedVersion;
  readonly retries: number;
  /** '' for none. */
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string;
};

/** How many aggregates of a shard there are in memory. */
export interface ShardCensus {
  readonly aliveCount: number;
  /** Aggregates whose commands wait until another one has made room. */
  readonly waitingCount: number;
  /** Aggregates that were woken so far. */
  readonly wokenCount: number;
}

/** What clients send to a shard. */
export type ShardRequest =
  | Request<ExecuteMessage, ExecuteResult<never, unknown>>
  | Request<{ readonly type: 'query'; readonly id: string }, AggregateState>
  /** Somebody else has written to the stream of this aggregate. */
  | { readonly type: 'changed'; readonly id: string }
  | Request<{ readonly type: 'census' }, ShardCensus>;

/** Whom an aggregate answers. */
export type Asker = Requester<never>;

/** What passes between a shard and its aggregates, all on one thread. */
export type ShardNews =
  /** An aggregate wants something done. */
  | { readonly type: 'want'; readonly id: string; readonly effect: AggregateEffect<Asker> }
  | { readonly type: 'flush' }
  | { readonly type: 'sweep' };

/** What a shard tells an aggregate. */
export type AggregateNews =
  | { readonly type: 'taken'; readonly message: ExecuteMessage; readonly to: Asker }
  | { readonly type: 'queried'; readonly to: Asker }
  | { readonly type: 'stale' }
  | { readonly type: 'loaded'; readonly head: StreamHead; readonly snapshot: unknown }
  | { readonly type: 'page'; readonly records: readonly StoredRecord[] }
  | {
      readonly type: 'found';
      readonly records: readonly unknown[];
      readonly order: CommandOrder;
    }
  | { readonly type: 'committed'; readonly durability: Durability }
  | { readonly type: 'refused'; readonly conflict: Conflict }
  | { readonly type: 'failed'; readonly error: unknown }
  | { readonly type: 'passivate' }
  /** From itself: what the shard had no room for is due again. */
  | { readonly type: 'resend' }
  /** It has said that it is over, and nothing was sent to it since. */
  | { readonly type: 'leave' };

/** The protocol of a definition of aggregates: the shard's and the aggregate's. */
export type AggregateMessage = ShardRequest | ShardNews | AggregateNews;
