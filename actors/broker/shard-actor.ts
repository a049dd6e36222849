import {
  type ActorRef,
  type Append,
  type Context,
  type Durability,
  defineActor,
  hasCode,
  NO_REPLY,
  type NoReply,
  type Request,
  type Requester,
  type TransactionResult,
  TroupeError,
} from '../../runtime/index.js';
import { CommitPipeline } from './commit-pipeline.js';
import { sendDeliveries } from './delivery-batch.js';
import { DEAD_SUFFIX, Directory, type DirectoryData } from './directory.js';
import type { GroupCore } from './group-core.js';
import { redrive, resetGroup } from './group-setup.js';
import { groupInfo, streamInfo, view } from './info.js';
import { publishBatch } from './publishing.js';
import { purge } from './purge.js';
import { answered, refused } from './refused.js';
import { settleBatch } from './settling.js';
import { complete } from './shard-completion.js';
import { ShardCore } from './shard-core.js';
import type { GroupCommand, ShardMessage } from './shard-protocol.js';
import { fence, recover } from './shard-recovery.js';
import { ShardState } from './shard-state.js';
import { type BrokerJournal, openStore } from './store.js';
import { take, takeNow } from './taking.js';

/** How a shard learns which streams there are. */
export type DirectoryRequest = Request<{ type: 'directory' }, DirectoryData>;

/** What a shard is started with. */
export interface ShardArgs {
  readonly shard: number;
  /** Who knows all streams. */
  readonly coordinator: ActorRef<DirectoryRequest>;
  readonly journal: BrokerJournal | null;
  readonly durability: Durability;
}

/**
 * One shard of a broker: the streams whose place is on it, and live subscriptions. Its core is
 * {@link ShardCore}; this actor gives it messages and the time, writes what it wants written, and answers.
 */
export const BrokerShard = defineActor<ShardMessage>()({
  module: import.meta.url,
  name: 'BrokerShard',
  mailbox: { capacity: 1_000_000 },
  init: async (args: ShardArgs, ctx): Promise<ShardState> => {
    const journal = args.journal === null ? null : openStore(ctx, args.journal);
    const fenced: { epoch: number; appends: readonly Append[] } =
      journal === null
        ? { epoch: ctx.incarnation + 1, appends: [] }
        : await fence(journal, args.shard);
    const time = { nowMs: ctx.now(), wallMs: Date.now() };
    const { shard, coordinator } = args;
    const directory = await ctx.ask(coordinator, { type: 'directory' });
    const random = (): number => ctx.random();
    const settings = { shard, epoch: fenced.epoch, hasJournal: journal !== null, random };
    const core = new ShardCore(settings, new Directory(directory), time);
    if (journal !== null) await recover(core, journal, time);
    const { self } = ctx;
    const state = new ShardState(
      core,
      new CommitPipeline(core, journal, args.durability, fenced.appends, (error) =>
        self.tell(error === undefined ? { type: 'written' } : { type: 'not-written', error }),
      ),
    );
    state.end(ctx);
    return state;
  },
  handlers: {
    publish: (state, { batch }, ctx) =>
      step(state, ctx, () => {
        const answer = publishBatch(state.core, batch, state.core.time);
        return state.pipeline.isSafe() ? answer : afterWriting(state, ctx, answer);
      }),
    fetch: (state, message, ctx) =>
      step(state, ctx, () => {
        const group = state.group(message.stream, message.group, message.options);
        const holder = state.holder(ctx, message.holder);
        const { pull, count, bytes } = message;
        const { time } = state.core;
        const found = takeNow(group, holder, pull, count, bytes, time);
        const requester = ctx.requester();
        const isSent = sendDeliveries(found, time, (batch) => requester.reply(batch)) > 0;
        if (!isSent) state.pull(group, holder, message, requester);
        return NO_REPLY;
      }),
    take: (state, { wants, holder, pull }, ctx) =>
      step(state, ctx, () => {
        take(state, wants, state.holder(ctx, holder), pull, ctx.requester());
        return NO_REPLY;
      }),
    attach: (state, message, ctx) =>
      step(state, ctx, () => {
        const group = state.group(message.stream, message.group, message.options);
        const holder = state.holder(ctx, message.holder);
        state.attach(group, holder, message.limit, message.to as never, ctx.requester());
        return NO_REPLY;
      }),
    detach: (state, { id }, ctx) => step(state, ctx, () => state.detach(id, 'its consumer left')),
    lost: (state, { id, pull }, ctx) => step(state, ctx, () => state.lost(id, pull)),
    settle: (state, { batch }, ctx) =>
      step(state, ctx, () => {
        const stale = settleBatch(state.core, batch);
        return state.pipeline.isSafe() ? stale : afterWriting(state, ctx, stale);
      }),
    complete: (state, message, ctx) =>
      step(state, ctx, () => {
        const { self } = ctx;
        state.group(message.stream, message.group, null);
        complete(state, message, ctx.requester(), (token, result) => {
          self.tell({ type: 'completed', token, result });
        });
        return NO_REPLY;
      }),
    completed: (state, { token, result }, ctx) =>
      step(state, ctx, () => {
        const waiting = state.completions.get(token)!;
        state.completions.delete(token);
        if (result instanceof Error) {
          if (isNothingWritten(result)) {
            waiting.refused(result);
            return;
          }
          waiting.failed(result);
          throw notWritten(result);
        }
        waiting.done(result as TransactionResult);
      }),
    written: (state, _message, ctx) =>
      step(state, ctx, () => state.pipeline.finish(state.core.time)),
    'not-written': (_state, { error }) => {
      throw notWritten(error);
    },
    listen: (state, message, ctx) => {
      const { id, pattern, queue, capacity, whenSlow, retained, owner, incarnation } = message;
      state.listeners.add(id, pattern, queue, capacity, whenSlow, retained);
      if (owner !== null) state.owner(ctx, owner, incarnation).listeners.add(id);
    },
    hear: (state, { id }, ctx) =>
      step(state, ctx, () => {
        state.listeners.hear(id, ctx.requester());
        return NO_REPLY;
      }),
    unlisten: (state, { id }) => state.unlisten(id),
    request: (state, { subject, payload, headers }, ctx) =>
      step(state, ctx, () => {
        const requester = ctx.requester();
        const count = state.core.live.publish({ subject, payload, headers, requester });
        if (count === 0) requester.fail(noResponder(subject));
        return NO_REPLY;
      }),
    update: (state, { directory }, ctx) =>
      step(state, ctx, () => {
        state.core.update(new Directory(directory));
        return afterWriting(state, ctx, undefined);
      }),
    group: (state, message, ctx) =>
      step(state, ctx, () => {
        const { stream, group: name, command } = message;
        const options = command.do === 'open' ? command.options : null;
        const group = obey(state, state.group(stream, name, options), command);
        if (command.do === 'drain') {
          state.drains.push({ group, requester: ctx.requester() });
          return NO_REPLY;
        }
        return afterWriting(state, ctx, groupInfo(group, state.core.time));
      }),
    'stream-info': (state, { stream }, ctx) =>
      step(state, ctx, () => streamInfo(state.core.stream(stream))),
    read: (state, { stream, from, limit }, ctx) =>
      step(state, ctx, () => {
        const { log } = state.core.stream(stream);
        const found = [];
        let at = log.next(Math.max(1, from));
        for (; at !== undefined && found.length < limit; at = log.next(at.seq + 1)) {
          if (at.isCommitted) found.push(view(at));
        }
        return answered(ctx, found);
      }),
    last: (state, { stream, subject }, ctx) =>
      step(state, ctx, () => {
        const newest = state.core.stream(stream).subjects.get(subject)?.newest;
        return answered(ctx, newest?.isCommitted === true ? view(newest) : null);
      }),
    purge: (state, { stream, filter }, ctx) =>
      step(state, ctx, () => {
        return afterWriting(state, ctx, purge(state.core.stream(stream), filter));
      }),
    redrive: (state, { stream, filter }, ctx) =>
      step(state, ctx, () => {
        const { core } = state;
        const source = core.stream(stream);
        const count = redrive(core, core.stream(stream + DEAD_SUFFIX), source, filter, core.time);
        return afterWriting(state, ctx, count);
      }),
    schedule: (state, { name, schedule, bytes }, ctx) =>
      step(state, ctx, () => {
        const { core } = state;
        core.schedules.set(name, schedule, bytes, core.time);
        return afterWriting(state, ctx, undefined);
      }),
    unschedule: (state, { name }, ctx) =>
      step(state, ctx, () => {
        return afterWriting(state, ctx, state.core.schedules.remove(name));
      }),
    wake: (state, _message, ctx) => step(state, ctx, () => state.wake()),
    'owner-gone': (state, { owner }, ctx) => step(state, ctx, () => state.ownerGone(owner)),
  },
  stopped: (state) => state.failAll(closed()),
});

/** One step of the core, in a time, and what follows from it. What a client did wrong is its own error, not ours. */
function step<T>(state: ShardState, ctx: Context<ShardMessage>, work: () => T): T | NoReply {
  state.begin(ctx);
  try {
    return work();
  } catch (error) {
    return refused(ctx, error);
  } finally {
    state.end(ctx);
  }
}

/** Answers when all that led to the answer is as safe as was promised. */
function afterWriting<R>(
  state: ShardState,
  ctx: { requester(): Requester<R> },
  answer: R,
): NoReply {
  const requester = ctx.requester();
  state.pipeline.after({
    done: () => requester.reply(answer),
    failed: (error) => requester.fail(error),
  });
  return NO_REPLY;
}

function obey(state: ShardState, group: GroupCore, command: GroupCommand): GroupCore {
  const { core } = state;
  switch (command.do) {
    case 'pause':
    case 'drain':
    case 'resume':
      group.isPaused = command.do !== 'resume';
      group.writeRow();
      core.stirred(group);
      return group;
    case 'reset': {
      const fresh = resetGroup(core, group, command.to, core.time);
      state.moveDemands(group, fresh);
      return fresh;
    }
    case 'delete':
      core.dropGroup(group);
      state.endDemands(group);
      return group;
    case 'open':
    case 'info':
      return group;
  }
}

/** True for a transaction that was refused for what it is: the store and the shard are as before. */
function isNothingWritten(error: Error): boolean {
  return (
    hasCode(error, 'ERR_JOURNAL_VALUE') ||
    hasCode(error, 'ERR_JOURNAL_TRANSACTION') ||
    hasCode(error, 'ERR_JOURNAL_BUSY')
  );
}

function notWritten(cause: unknown): TroupeError {
  return new TroupeError('ERR_BROKER_CLOSED', {
    what: 'the journal has not taken a transaction; the shard begins anew from what it holds',
    cause,
  });
}

function noResponder(subject: string): TroupeError {
  return new TroupeError('ERR_BROKER_NO_RESPONDER', {
    what: `nobody answers requests to '${subject}'`,
    mend: 'subscribe before, or try again later',
  });
}

function closed(): TroupeError {
  return new TroupeError('ERR_BROKER_CLOSED', {
    what: 'the shard of the broker has ended or begins anew',
    mend: 'ask again; what was published with an id may be published again',
  });
}
