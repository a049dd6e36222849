import { type ActorRef, TroupeError } from '../../runtime/index.js';
import type { Verb } from './group-deliveries.js';
import type { SettleBatch, ShardMessage } from './shard-protocol.js';

const BATCH_COUNT = 1024;
const UNDER_WAY = 4;
const TIMEOUT_MS = 120_000;

interface Waiting {
  readonly at: number;
  readonly stream: string;
  resolve(): void;
  reject(error: unknown): void;
}

/** Answers to deliveries of one shard, of whichever group, collected while others are under way. */
export class SettleLane {
  readonly #shard: ActorRef<ShardMessage>;
  #epochs: number[] = [];
  #seqs: number[] = [];
  #deliveries: number[] = [];
  #isOneEpoch = true;
  #isFirst = true;
  #verbs: Verb[] | null = null;
  #args: number[] | null = null;
  #errors: (string | undefined)[] | null = null;
  #waiting: Waiting[] = [];
  #underWayCount = 0;
  #isScheduled = false;
  readonly #onTurn = (): void => {
    this.#isScheduled = false;
    this.flush();
  };

  constructor(shard: ActorRef<ShardMessage>) {
    this.#shard = shard;
  }

  /**
   * Sends an answer with the next batch.
   * @param stream of the message, for the error
   * @throws {TroupeError} ERR_BROKER_STALE as a rejection: the delivery is not the present one; nothing was changed
   */
  settle(
    stream: string,
    epoch: number,
    seq: number,
    delivery: number,
    verb: Verb,
    argument: number,
    error: string | undefined,
  ): Promise<void> {
    const at = this.#seqs.length;
    const settled = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ at, stream, resolve, reject });
    });
    this.post(epoch, seq, delivery, verb, argument, error);
    return settled;
  }

  /** As {@link settle}, without an answer: what is stale is ignored. */
  post(
    epoch: number,
    seq: number,
    delivery: number,
    verb: Verb,
    argument: number,
    error: string | undefined,
  ): void {
    const at = this.#seqs.length;
    this.#isOneEpoch &&= at === 0 || epoch === this.#epochs[0];
    this.#isFirst &&= delivery === 1;
    this.#epochs.push(epoch);
    this.#seqs.push(seq);
    this.#deliveries.push(delivery);
    if (verb !== 'ack' || this.#verbs !== null) {
      this.#verbs ??= new Array<Verb>(at).fill('ack');
      this.#args ??= new Array<number>(at).fill(-1);
      this.#errors ??= new Array<string | undefined>(at).fill(undefined);
      this.#verbs.push(verb);
      this.#args.push(argument);
      this.#errors.push(error);
    }
    if (!this.#isScheduled && this.#underWayCount < UNDER_WAY) {
      this.#isScheduled = true;
      queueMicrotask(this.#onTurn);
    }
    if (at + 1 >= BATCH_COUNT && this.#underWayCount < UNDER_WAY) this.flush();
  }

  /** Sends what has been collected. @param isLast whatever is under way */
  flush(isLast = false): void {
    if (this.#seqs.length === 0 || (this.#underWayCount >= UNDER_WAY && !isLast)) return;
    const waiting = this.#waiting;
    const batch = this.#take();
    this.#underWayCount++;
    this.#shard.ask({ type: 'settle', batch }, { timeoutMs: TIMEOUT_MS }).then(
      (stale) => {
        this.#underWayCount--;
        const late = stale.length === 0 ? null : new Set(stale);
        for (const { at, stream, resolve, reject } of waiting) {
          if (late?.has(at) === true) reject(staleDelivery(batch.seqs[at]!, stream));
          else resolve();
        }
        this.flush();
      },
      (error: unknown) => {
        this.#underWayCount--;
        for (const each of waiting) each.reject(error);
        this.flush();
      },
    );
  }

  #take(): SettleBatch {
    const batch = {
      epoch: this.#epochs[0]!,
      epochs: this.#isOneEpoch ? null : this.#epochs,
      seqs: this.#seqs,
      deliveries: this.#isFirst ? null : this.#deliveries,
      verbs: this.#verbs,
      args: this.#args,
      errors: this.#errors,
    };
    this.#epochs = [];
    this.#seqs = [];
    this.#deliveries = [];
    this.#isOneEpoch = true;
    this.#isFirst = true;
    this.#verbs = null;
    this.#args = null;
    this.#errors = null;
    this.#waiting = [];
    return batch;
  }
}

/** The delivery was settled, or the message has been delivered again since. */
export function staleDelivery(seq: number, stream: string): TroupeError {
  return new TroupeError('ERR_BROKER_STALE', {
    what: `this delivery of message ${seq} is over: it was settled, or its time was up`,
    where: `stream ${stream}`,
    mend: 'settle once and in time, or extend the time before it is up',
  });
}
