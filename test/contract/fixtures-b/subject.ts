import {
  type ActorRef,
  type AnyRef,
  type Context,
  type Definition,
  defineActor,
  type ExitReason,
  NO_REPLY,
  type Request,
  type Requester,
} from '../../../runtime/index.js';
import type { LedgerMessage } from './ledger.js';

/** Where an actor can fail. */
export type Moment =
  | 'handler'
  | 'async-handler'
  | 'request'
  | 'async-request'
  | 'timer'
  | 'interval'
  | 'unawaited-promise'
  | 'after-await'
  | 'terminated-hook'
  | 'watch-message'
  | 'receive-timeout-hook'
  | 'stash-replay'
  | 'other-behavior'
  | 'unsendable-reply';

export interface SubjectArgs {
  readonly label: string;
  /** Incarnations below this number fail in `init`; `failFrom` and above too. */
  readonly failFrom?: number;
  readonly asyncInit?: boolean;
  /** What the `stopped` hook does. */
  readonly onStop?: 'throw' | 'reject' | 'hang' | 'spin';
  /** Told about starts and stops, and waited for. */
  readonly ledger?: ActorRef<LedgerMessage>;
}

export interface SubjectReport {
  readonly label: string;
  readonly incarnation: number;
  readonly thread: number;
  readonly notes: readonly string[];
}

export type SubjectMessage =
  | { type: 'note'; text: string }
  | { type: 'fail'; moment: Moment }
  | { type: 'boom' }
  | { type: 'stop' }
  | { type: 'gone' }
  | { type: 'replay' }
  | { type: 'stash-next' }
  | { type: 'stashed'; text: string }
  | { type: 'unstash' }
  | { type: 'watch'; actor: AnyRef }
  | { type: 'link'; actor: AnyRef }
  | { type: 'timer'; delayMs: number; text: string }
  | { type: 'hold' }
  | { type: 'ask-and-note'; actor: ActorRef<SubjectMessage>; text: string }
  | { type: 'release-answer' }
  | { type: 'fault'; how: 'uncaught' | 'exit' | 'loop' | 'loop-later' | 'heap' }
  | { type: 'block'; word: Int32Array }
  | { type: 'payload'; bytes: Uint8Array }
  | Request<{ type: 'late-answer' }, string>
  | Request<{ type: 'fail-asked'; moment: Moment }, string>
  | Request<{ type: 'report' }, SubjectReport>
  | Request<
      { type: 'spawn'; label: string; placement: number | 'same'; restart?: 'permanent' },
      AnyRef
    >;

interface SubjectState {
  readonly args: SubjectArgs;
  readonly notes: string[];
  held: Requester<string> | null;
  stashing: boolean;
}

type Ctx = Context<SubjectMessage>;

function boom(where: string): Error {
  return new RangeError(`boom in ${where}`);
}

function failAt(moment: Moment, ctx: Ctx): unknown {
  switch (moment) {
    case 'timer':
      return ctx.startTimer('boom', 1, { type: 'boom' });
    case 'interval':
      return ctx.startInterval('boom', 1, { type: 'boom' });
    case 'async-handler':
    case 'async-request':
      return Promise.resolve().then(() => {
        throw boom(moment);
      });
    case 'after-await':
      return (async () => {
        await new Promise((resolve) => setImmediate(resolve));
        throw boom(moment);
      })();
    case 'unawaited-promise':
      void Promise.reject(boom(moment));
      return undefined;
    case 'terminated-hook':
      ctx.watch(ctx.spawn(Mayfly, null, { restart: 'temporary' }));
      return undefined;
    case 'watch-message':
      ctx.watch(ctx.spawn(Mayfly, null, { restart: 'temporary' }), { type: 'gone' });
      return undefined;
    case 'receive-timeout-hook':
      ctx.setReceiveTimeout(1);
      return undefined;
    case 'stash-replay':
      ctx.self.tell({ type: 'stash-next' });
      ctx.self.tell({ type: 'replay' });
      ctx.self.tell({ type: 'unstash' });
      return undefined;
    case 'other-behavior':
      ctx.become('broken');
      ctx.self.tell({ type: 'boom' });
      return undefined;
    case 'unsendable-reply':
      return () => 'a function cannot be sent';
    default:
      throw boom(moment);
  }
}

function fault(how: 'uncaught' | 'exit' | 'loop' | 'loop-later' | 'heap'): unknown {
  switch (how) {
    case 'uncaught':
      setTimeout(() => {
        throw boom('a callback of its own');
      }, 0);
      return undefined;
    case 'exit':
      return process.exit(7);
    case 'loop':
      for (;;);
    case 'loop-later':
      return (async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        for (;;);
      })();
    case 'heap': {
      const hoard: unknown[] = [];
      for (;;) hoard.push(new Array(100_000).fill(hoard.length));
    }
  }
}

/** Stops itself at once. */
export const Mayfly = defineActor<never>()({
  module: import.meta.url,
  name: 'Mayfly',
  init: (_args: null, ctx) => {
    ctx.stop();
    return null;
  },
  handlers: {},
});

/** An actor that fails at any moment it is told to, and says how it fares. */
export const Subject: Definition<SubjectMessage, SubjectArgs> = defineActor<SubjectMessage>()({
  module: import.meta.url,
  name: 'Subject',
  init: async (args: SubjectArgs, ctx): Promise<SubjectState> => {
    const { incarnation } = ctx;
    if (args.failFrom !== undefined && incarnation >= args.failFrom) throw boom('init');
    if (args.ledger !== undefined) {
      await args.ledger.ask({ type: 'write', line: `start ${args.label} ${incarnation}` });
    }
    ctx.publish('started', { label: args.label, incarnation });
    return { args, notes: [], held: null, stashing: false };
  },
  handlers: {
    note: (state, { text }) => void state.notes.push(text),
    fail: (_state, { moment }, ctx) => failAt(moment, ctx as Ctx) as undefined,
    'fail-asked': (_state, { moment }, ctx) => failAt(moment, ctx as Ctx) as string,
    boom: () => {
      throw boom('a told message');
    },
    stop: (_state, _message, ctx) => ctx.stop(),
    gone: () => {
      throw boom('the news of a death');
    },
    replay: (state, _message, ctx) => {
      if (state.stashing) return ctx.stash();
      throw boom('the replay of the stash');
    },
    'stash-next': (state) => {
      state.stashing = true;
    },
    stashed: (state, { text }, ctx) => {
      if (state.stashing) return ctx.stash();
      state.notes.push(text);
      return undefined;
    },
    unstash: (state, _message, ctx) => {
      state.stashing = false;
      ctx.unstashAll();
    },
    watch: (_state, { actor }, ctx) => ctx.watch(actor),
    link: (_state, { actor }, ctx) => ctx.link(actor),
    timer: (_state, { delayMs, text }, ctx) =>
      ctx.startTimer(text, delayMs, { type: 'note', text }),
    hold: () => new Promise<undefined>(() => {}),
    'ask-and-note': async (state, { actor, text }, ctx) => {
      ctx.publish('asking', { label: text });
      const answer = await ctx.ask(actor, { type: 'late-answer' });
      state.notes.push(`${text}: ${answer}`);
      ctx.publish('continued', { label: text });
    },
    'late-answer': (state, _message, ctx) => {
      state.held = ctx.requester();
      return NO_REPLY;
    },
    'release-answer': (state, _message, ctx) => {
      state.held?.reply('late');
      ctx.publish('answered', null);
    },
    fault: (_state, { how }) => fault(how) as undefined,
    block: (_state, { word }, ctx) => {
      Atomics.store(word, 0, 1);
      Atomics.notify(word, 0);
      // Blocks the whole thread until the test lets go or ends the thread.
      Atomics.wait(word, 1, 0);
      ctx.publish('unblocked', null);
    },
    payload: (state, { bytes }) => void state.notes.push(`bytes ${bytes.length}`),
    report: (state, _message, ctx) => ({
      label: state.args.label,
      incarnation: ctx.incarnation,
      thread: ctx.thread,
      notes: [...state.notes],
    }),
    spawn: (state, { label, placement, restart }, ctx) => {
      const { ledger } = state.args;
      const args = { label, ...(ledger === undefined ? {} : { ledger }) };
      return ctx.spawn(Subject, args, { placement, ...(restart === undefined ? {} : { restart }) });
    },
  },
  behaviors: {
    broken: {
      boom: () => {
        throw boom('another behaviour');
      },
    },
  },
  terminated: (state, { actor, reason }, ctx) => {
    ctx.publish('terminated', { by: state.args.label, id: actor.id, reason: reasonText(reason) });
    if (reason.type === 'normal') throw boom('the hook terminated');
  },
  receiveTimeout: () => {
    throw boom('the hook receiveTimeout');
  },
  stopped: async (state, reason, ctx) => {
    const { label, onStop, ledger } = state.args;
    if (ledger !== undefined)
      await ledger.ask({ type: 'write', line: `stop ${label} ${reason.type}` });
    ctx.publish('stopped', { label, reason: reason.type, incarnation: ctx.incarnation });
    if (onStop === 'throw') throw boom('the hook stopped');
    if (onStop === 'reject') await Promise.reject(boom('the hook stopped'));
    if (onStop === 'hang') await new Promise(() => {});
    if (onStop === 'spin') for (;;);
  },
});

function reasonText(reason: ExitReason): string {
  if (reason.type !== 'failed') return reason.type;
  return `failed ${(reason.error as { code?: string }).code ?? reason.error.name}`;
}
