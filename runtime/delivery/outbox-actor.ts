import { defineActor } from '../actor/definition.js';
import type { ExitReason } from '../actor/exit-reason.js';
import { NO_REPLY } from '../actor/handlers.js';
import { TroupeError } from '../base/errors.js';
import type { AnyRef } from '../ref/actor-ref.js';
import { type OutboxArgs, type OutboxMessage, OutboxState } from './outbox-state.js';

/**
 * The actor behind an outbox, a child of who sends: it lives on the same thread, and hears acknowledgements also
 * while its parent's handler awaits one. See `reliable`.
 */
export const OutboxActor = defineActor<OutboxMessage>()({
  module: import.meta.url,
  name: 'OutboxActor',
  init: async (args: OutboxArgs, ctx): Promise<OutboxState> => {
    const { journal } = args;
    let state: OutboxState;
    if (journal === null) {
      state = new OutboxState(args, ctx.self.id, ctx.incarnation + 1, 0, ctx);
    } else {
      const open = { type: 'open', id: journal.id } as const;
      const { stream, session, confirmedThrough, unconfirmed } = await ctx.ask(journal.log, open);
      state = new OutboxState(args, stream, session, confirmedThrough, ctx);
      for (const { sequence, message } of unconfirmed) state.restore(sequence, message);
      state.perform(state.sender.start());
    }
    ctx.watch(args.to, { type: 'receiver-gone' });
    return state;
  },
  handlers: {
    deliver(state, { message }, ctx) {
      state.deliver(message, ctx.requester());
      return NO_REPLY;
    },
    packet: (state, { packet }) => state.perform(state.sender.receive(packet)),
    timer: (state) => state.perform(state.sender.timer()),
    appended: (state, { sequence }) => state.appended(sequence),
    'append-failed': (state, { sequence, error }) => state.notAppended(sequence, error),
    'receiver-gone': (state) => state.perform(state.sender.receiverGone()),
  },
  stopped: (state, reason) => {
    const error = outboxEnded(state.args.to, reason);
    state.settleAll((requester) => requester.fail(error));
  },
});

/** The outbox has ended: whether a message was handled is not known any more. */
export function outboxEnded(to: AnyRef, reason?: ExitReason): TroupeError {
  return new TroupeError('ERR_STOPPED', {
    what: 'the outbox has ended before this message was confirmed',
    where: `outbox to ${String(to)}`,
    mend: 'make a new outbox; with a journal it sends again what was not confirmed',
    ...(reason?.type === 'failed' ? { cause: reason.error } : {}),
  });
}
