import {
  type ActorRef,
  type Context,
  childSpec,
  defineActor,
  defineSupervisor,
  type Request,
  type SpawnOptions,
  type SupervisionOptions,
} from '../../../runtime/index.js';
import { Subject, type SubjectArgs, type SubjectMessage } from './subject.js';

export type BossMessage =
  | { type: 'fail' }
  | { type: 'stop-child'; child: ActorRef<SubjectMessage> }
  | Request<{ type: 'hire'; args: SubjectArgs; options: SpawnOptions }, ActorRef<SubjectMessage>>
  | Request<{ type: 'boss-report' }, { incarnation: number; thread: number; children: number }>;

const handlers = {
  fail: () => {
    throw new Error('the boss fails');
  },
  'stop-child': (
    _state: null,
    { child }: { child: ActorRef<SubjectMessage> },
    ctx: Context<BossMessage>,
  ) => ctx.stopChild(child),
  hire: (
    _state: null,
    { args, options }: { args: SubjectArgs; options: SpawnOptions },
    ctx: Context<BossMessage>,
  ) => ctx.spawn(Subject, args, options),
  'boss-report': (_state: null, _message: unknown, ctx: Context<BossMessage>) => ({
    incarnation: ctx.incarnation,
    thread: ctx.thread,
    children: ctx.children.length,
  }),
};

function boss(name: string, supervision: SupervisionOptions) {
  return defineActor<BossMessage>()({
    module: import.meta.url,
    name,
    init: (_args: null, ctx): null => {
      ctx.publish('boss-started', { name, incarnation: ctx.incarnation });
      return null;
    },
    handlers: handlers as never,
    supervision,
  });
}

/** Supervisors with dynamic children, one for each strategy, with a generous budget. */
export const OneForOne = boss('OneForOne', { strategy: 'one-for-one', intensity: 1000 });
export const OneForAll = boss('OneForAll', { strategy: 'one-for-all', intensity: 1000 });
export const RestForOne = boss('RestForOne', { strategy: 'rest-for-one', intensity: 1000 });
/** One restart, then it fails. */
export const Strict = boss('Strict', { intensity: 1, periodMs: 600_000 });
/** No restart at all. */
export const Unforgiving = boss('Unforgiving', { intensity: 0, periodMs: 600_000 });
/** One restart within ten milliseconds. */
export const Brief = boss('Brief', { intensity: 1, periodMs: 10 });

export interface ListArgs {
  readonly children: readonly { readonly args: SubjectArgs; readonly options: SpawnOptions }[];
}

/** A supervisor of a declared list. */
export const List = defineSupervisor<ListArgs>({
  module: import.meta.url,
  name: 'List',
  intensity: 1000,
  children: ({ children }) =>
    children.map(({ args, options }) => childSpec(Subject, args, options)),
});
