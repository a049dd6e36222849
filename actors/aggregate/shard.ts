import {
  type ActorRef,
  type Context,
  type Definition,
  type Durability,
  InvariantError,
  type Journal,
  NO_REPLY,
  type NoReply,
  TroupeError,
} from '../../runtime/index.js';
import type { AggregateEffect } from './aggregate-effect.js';
import type { Decider } from './aggregate-spec.js';
import type { CommandWindow } from './command-window.js';
import type { AggregateArgs } from './define-aggregate.js';
import { GroupCommit } from './group-commit.js';
import type { JournalSource } from './journal-source.js';
import { closeSource, openSource } from './journal-source.js';
import type { AggregateMessage, AggregateNews, Asker, ShardCensus } from './protocol.js';
import { type ShardLimits, type ShardMember, ShardMembers } from './shard-members.js';
import { readFor } from './shard-reads.js';
import { writeGroup } from './shard-writes.js';
import { idPrefix } from './stamp.js';

/** What a shard is started with, as data. */
export interface ShardArgs extends ShardLimits {
  readonly role: 'shard';
  readonly journal: JournalSource;
  readonly durability: Durability | null;
  readonly window: CommandWindow | null;
}

type Ctx = Context<AggregateMessage>;
type Want = AggregateEffect<Asker>;

/** Transactions of different aggregates that are written as one. */
const GROUP_COUNT = 256;

/**
 * All aggregates of a kind on one thread: wakes them, lets the least recently used end when there are too
 * many, and does their I/O: reads, bounded in number, and writes, in groups.
 */
export class AggregateShard {
  readonly #decider: Decider;
  readonly #definition: Definition<AggregateMessage, AggregateArgs>;
  readonly #args: ShardArgs;
  readonly #self: ActorRef<AggregateMessage>;
  readonly #journal: Journal;
  readonly #durability: Durability;
  readonly #members: ShardMembers;
  readonly #idPrefix: string;
  readonly #group = new GroupCommit(GROUP_COUNT);
  readonly #reads: { readonly id: string; readonly effect: Want }[] = [];
  #readingCount = 0;
  #isFlushDue = false;
  #wokenCount = 0;
  #isOver = false;

  constructor(
    decider: Decider,
    definition: Definition<AggregateMessage, AggregateArgs>,
    args: ShardArgs,
    ctx: Ctx,
  ) {
    this.#decider = decider;
    this.#definition = definition;
    this.#args = args;
    this.#self = ctx.self;
    this.#journal = openSource(args.journal, ctx);
    this.#idPrefix = idPrefix(() => ctx.random());
    this.#durability = args.durability ?? this.#journal.durability;
    this.#members = new ShardMembers(args.aliveCount, args.waitingCount);
    ctx.startInterval('sweep', Math.max(1, args.idleMs / 2), { type: 'sweep' });
  }

  receive(message: AggregateMessage, ctx: Ctx): NoReply | ShardCensus | undefined {
    switch (message.type) {
      case 'execute':
        this.#deliver(message.id, { type: 'taken', message, to: ctx.requester() as Asker }, ctx);
        return NO_REPLY;
      case 'query':
        this.#deliver(message.id, { type: 'queried', to: ctx.requester() as Asker }, ctx);
        return NO_REPLY;
      case 'want':
        this.#want(message.id, message.effect);
        return undefined;
      case 'flush':
        this.#isFlushDue = false;
        this.#flush();
        return undefined;
      case 'changed': {
        const member = this.#members.find(message.id);
        if (member?.phase === 'alive') member.ref!.tell({ type: 'stale' });
        return undefined;
      }
      case 'sweep':
        for (const member of this.#members.idleSince(ctx.now() - this.#args.idleMs)) {
          this.#passivate(member);
        }
        return undefined;
      case 'census':
        return this.#census();
      default:
        throw new InvariantError(`a shard was sent '${message.type}'`);
    }
  }

  /** One of the aggregates is gone. */
  terminated(actorId: string, ctx: Ctx): void {
    this.#members.gone(actorId);
    this.#wake(ctx);
  }

  /** The incarnation is over: whoever waits here is told. */
  stopped(): void {
    this.#isOver = true;
    const error = new TroupeError('ERR_STOPPED', { what: 'stopped', where: this.#decider.kind });
    for (const news of this.#members.allHeld()) if ('to' in news) news.to.fail(error);
    void closeSource(this.#args.journal, this.#journal);
  }

  /** Hands it to its aggregate, or holds it until that is awake. */
  #deliver(id: string, news: Extract<AggregateNews, { to: Asker }>, ctx: Ctx): void {
    const member = this.#members.use(id, ctx.now());
    if (member.phase === 'alive') {
      member.ref!.tell(news);
      return;
    }
    if (member.held.length >= this.#args.queueCount || this.#members.isCrowded(member)) {
      const result = { ok: false, reason: 'full', waitingCount: member.held.length } as const;
      if (news.type === 'taken') news.to.reply(result as never);
      else news.to.fail(crowded(this.#decider.kind, id));
      this.#members.forget(member);
      return;
    }
    member.held.push(news);
    this.#wake(ctx);
  }

  /** Starts those for whom there is room, and makes some. */
  #wake(ctx: Ctx): void {
    for (
      let member = this.#members.nextToWake();
      member !== undefined;
      member = this.#members.nextToWake()
    ) {
      const { queueCount, batchCount, window } = this.#args;
      const [shard, durability] = [this.#self, this.#durability];
      const prefix = `${this.#idPrefix}-${this.#wokenCount.toString(36)}`;
      const limits = { queueCount, batchCount, durability, window };
      const args = {
        role: 'aggregate',
        id: member.id,
        shard,
        idPrefix: prefix,
        ...limits,
      } as const;
      const child = ctx.spawn(this.#definition, args, { restart: 'temporary' });
      ctx.watch(child);
      this.#wokenCount++;
      this.#members.woken(member, child);
      for (const news of member.held.splice(0)) child.tell(news);
    }
    for (const member of this.#members.toMakeRoom()) this.#passivate(member);
  }

  #passivate(member: ShardMember): void {
    this.#members.leaving(member);
    member.ref!.tell({ type: 'passivate' });
  }

  #want(id: string, effect: Want): void {
    switch (effect.type) {
      case 'commit':
        this.#group.add({ id, transaction: effect.transaction });
        this.#scheduleFlush();
        break;
      case 'ended': {
        const member = this.#members.find(id);
        if (member?.phase === 'alive') this.#members.leaving(member);
        member?.ref?.tell({ type: 'leave' });
        break;
      }
      default:
        this.#reads.push({ id, effect });
        this.#readOn();
    }
  }

  /** At the end of what lies in the mailbox now, so that all of it goes into one group. */
  #scheduleFlush(): void {
    if (this.#isFlushDue || this.#group.isUnderWay) return;
    this.#isFlushDue = true;
    if (!this.#self.tell({ type: 'flush' })) {
      this.#isFlushDue = false;
      this.#flush();
    }
  }

  #flush(): void {
    const group = this.#group.next();
    if (group === undefined) return;
    const tell = (id: string, news: AggregateNews): void => this.#tell(id, news);
    void writeGroup(this.#journal, group, this.#durability, tell).then(() => {
      this.#group.done();
      if (this.#group.waitingCount > 0) this.#scheduleFlush();
    });
  }

  #readOn(): void {
    while (this.#readingCount < this.#args.readCount && this.#reads.length > 0) {
      const { id, effect } = this.#reads.shift()!;
      this.#readingCount++;
      void readFor(this.#decider, this.#journal, id, effect).then((news) => {
        if (news !== undefined) this.#tell(id, news);
        this.#readingCount--;
        this.#readOn();
      });
    }
  }

  #tell(id: string, news: AggregateNews): void {
    if (this.#isOver) return;
    this.#members.find(id)?.ref?.tell(news);
  }

  #census(): ShardCensus {
    const { aliveCount, waitingCount } = this.#members;
    return { aliveCount, waitingCount, wokenCount: this.#wokenCount };
  }
}

function crowded(kind: string, id: string): TroupeError {
  return new TroupeError('ERR_MAILBOX_FULL', {
    what: 'as many requests as may wait do so',
    where: `${kind}/${id}`,
    mend: 'ask again later',
  });
}
