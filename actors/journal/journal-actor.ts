import { BroadcastChannel } from 'node:worker_threads';
import {
  type Context,
  type DurationMeter,
  defineActor,
  durationsOf,
  flushAtStop,
  type Journal,
  NO_REPLY,
  type NoReply,
  openStore,
  TroupeError,
} from '../../runtime/index.js';
import type { JournalArgs, JournalMessage } from './journal-protocol.js';

interface JournalActorState {
  readonly journal: Journal;
  readonly channel: BroadcastChannel;
  readonly pendingCount: number;
  readonly durations: DurationMeter | null;
  pending: number;
  /** It was closed, and need not be when the system stops. */
  readonly closed: () => void;
}

/**
 * The one writer of a store. Transactions of one turn share a commit and a flush; it never waits for the
 * disk itself, so whatever arrives meanwhile goes into the next. Its end flushes and closes the store; where it does not
 * come to its end before the system has to stop, the phase `flush-journals` does.
 */
export const JournalActor = defineActor<JournalMessage>()({
  module: import.meta.url,
  name: 'JournalActor',
  init: async (args: JournalArgs, ctx): Promise<JournalActorState> => {
    const { store, channel: name, pendingCount } = args;
    // A new incarnation takes over from the former, also when that died with its thread.
    const owner = `${ctx.systemName}${ctx.path}#${name}`;
    const durations = durationsOf(ctx);
    const options = store.kind === 'lmdb' ? { owner, ...store } : store;
    const journal = await openStore(options, durations);
    const channel = new BroadcastChannel(name);
    channel.unref();
    journal.onCommit(() => channel.postMessage(null));
    const closed = flushAtStop(ctx, () => journal.close());
    return { journal, channel, pendingCount, durations, pending: 0, closed };
  },
  handlers: {
    transact(state, { transaction, options }, ctx) {
      if (state.pending >= state.pendingCount) {
        ctx.requester().fail(busyError(state.pendingCount));
        return NO_REPLY;
      }
      state.pending++;
      const { durations } = state;
      const startMs = durations?.now() ?? 0;
      return answer(ctx, state.journal.transact(transaction, options), () => {
        state.pending--;
        durations?.record('journalTransact', durations.now() - startMs);
      });
    },
    read: (state, { stream, range }, ctx) => answer(ctx, state.journal.read(stream, range)),
    'read-all': (state, { after, limit }, ctx) => answer(ctx, state.journal.readAll(after, limit)),
    head: (state, { stream }, ctx) => answer(ctx, state.journal.head(stream)),
    get: (state, { table, key }, ctx) => answer(ctx, state.journal.get(table, key)),
    scan: (state, { table, range }, ctx) => answer(ctx, state.journal.scan(table, range)),
    flush: (state, _, ctx) => answer(ctx, state.journal.flush() as Promise<undefined>),
  },
  stopped: async (state) => {
    await state.journal.close();
    state.closed();
    state.channel.close();
  },
});

/** Answers when the promise settles; a refusal is the asker's affair and no failure of this actor. */
function answer<R>(
  ctx: Context<JournalMessage, R>,
  promise: Promise<R>,
  settled?: () => void,
): NoReply {
  const requester = ctx.requester();
  promise.then(
    (value) => {
      settled?.();
      requester.reply(value);
    },
    (error: unknown) => {
      settled?.();
      requester.fail(error);
    },
  );
  return NO_REPLY;
}

/** Says that too many wait already. */
export function busyError(count: number): TroupeError {
  return new TroupeError('ERR_JOURNAL_BUSY', {
    what: `${count} transactions wait for their answer`,
    mend: 'wait for some of them, put more into one transaction, or raise pendingCount',
  });
}
