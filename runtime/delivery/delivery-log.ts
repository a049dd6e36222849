import type { Context } from '../actor/context.js';
import { defineActor } from '../actor/definition.js';
import { NO_REPLY, type NoReply } from '../actor/handlers.js';
import { checkNames, checkNumber } from '../base/check-option.js';
import { TroupeError } from '../base/errors.js';
import type { DeliveryJournalMessage, JournaledMessage } from './delivery-journal.js';

/** How much a {@link DeliveryLog} may hold. Every field has a default. */
export interface DeliveryLogArgs {
  /** Streams, those without unconfirmed messages included; 10,000. */
  readonly streamCount?: number;
  /** Unconfirmed messages of one stream; 100,000. */
  readonly messageCount?: number;
}

interface LoggedStream {
  session: number;
  confirmedThrough: number;
  unconfirmed: JournaledMessage[];
}

interface LogState {
  readonly limits: Required<DeliveryLogArgs>;
  /** Tells this incarnation's streams from those of others, which are lost. */
  readonly birth: string;
  readonly streams: Map<string, LoggedStream>;
}

/**
 * A delivery journal in the memory of whichever thread it is placed on: what is logged there outlives the
 * sender's thread, and is lost with its own. The main thread (`placement: 'main'`) is the only one that cannot
 * die before the process does.
 *
 * Errors of its answers: ERR_MAILBOX_FULL beyond its limits, ERR_STOPPED for a session that a later one
 * has replaced, or that a former incarnation of the log began.
 */
export const DeliveryLog = defineActor<DeliveryJournalMessage>()({
  module: import.meta.url,
  name: 'DeliveryLog',
  init: (args: DeliveryLogArgs, ctx): LogState => {
    checkNames('DeliveryLog', args, { streamCount: true, messageCount: true });
    return {
      limits: {
        streamCount: checkNumber('DeliveryLog.streamCount', args.streamCount ?? 10_000, 1),
        messageCount: checkNumber('DeliveryLog.messageCount', args.messageCount ?? 100_000, 1),
      },
      birth: `${ctx.self.id}#${ctx.incarnation}`,
      streams: new Map(),
    };
  },
  handlers: {
    open(state, { id }, ctx) {
      let stream = state.streams.get(id);
      if (stream === undefined) {
        const { streamCount } = state.limits;
        if (state.streams.size >= streamCount) return refuse(ctx, full(`${streamCount} streams`));
        stream = { session: 0, confirmedThrough: 0, unconfirmed: [] };
        state.streams.set(id, stream);
      }
      stream.session++;
      const { session, confirmedThrough, unconfirmed } = stream;
      return {
        stream: `${id}@${state.birth}`,
        session,
        confirmedThrough,
        unconfirmed: [...unconfirmed],
      };
    },
    append(state, { id, session, sequence, message }, ctx) {
      const stream = state.streams.get(id);
      if (stream?.session !== session) return refuse(ctx, outdated(id, session));
      const { messageCount } = state.limits;
      if (stream.unconfirmed.length >= messageCount) {
        return refuse(ctx, full(`${messageCount} messages of '${id}'`));
      }
      stream.unconfirmed.push({ sequence, message });
      return undefined;
    },
    confirm(state, { id, session, through }) {
      const stream = state.streams.get(id);
      if (stream?.session !== session || through <= stream.confirmedThrough) return;
      stream.confirmedThrough = through;
      const left = stream.unconfirmed.findIndex(({ sequence }) => sequence > through);
      stream.unconfirmed = left < 0 ? [] : stream.unconfirmed.slice(left);
    },
  },
});

/** A refusal is the asker's affair, not a failure of the log, which others rely on. */
function refuse(ctx: Context<DeliveryJournalMessage, never>, error: TroupeError): NoReply {
  ctx.requester().fail(error);
  return NO_REPLY;
}

function full(what: string): TroupeError {
  return new TroupeError('ERR_MAILBOX_FULL', {
    what: `the delivery log holds ${what}`,
    mend: 'raise its limits, or find out why receivers do not confirm',
  });
}

function outdated(id: string, session: number): TroupeError {
  return new TroupeError('ERR_STOPPED', {
    what: `session ${session} of '${id}' is over`,
    mend: 'use one outbox for each id at a time; after the log itself was restarted, a new one',
  });
}
