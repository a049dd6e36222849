import { defineActor } from '../../actor/definition.js';
import { childSpec, defineSupervisor } from '../../supervision/define-supervisor.js';
import { sleep } from './perform.js';
import { World } from './world.js';

/** What a declared supervisor of a simulation is made from. */
export interface StewardArgs {
  readonly number: number;
  readonly startsMs: readonly number[];
  /** How long after its start each of them fails once; -1 for never. */
  readonly failsMs: readonly number[];
}

interface PageArgs {
  readonly steward: number;
  readonly startMs: number;
  readonly failMs: number;
}

/** A child of a declared list, which takes its time to start, and may fail once after that. */
export const Page = defineActor<{ type: 'fail' }>()({
  module: import.meta.url,
  name: 'Page',
  init: async ({ steward, startMs, failMs }: PageArgs, ctx) => {
    const world = World.current!;
    const isFirst = ctx.incarnation === 0;
    world.pages.begins(steward, isFirst);
    await sleep(startMs);
    if (isFirst) world.pages.starts(steward);
    if (isFirst && failMs >= 0) ctx.startTimer('fail', failMs, { type: 'fail' });
    return null;
  },
  handlers: {
    fail: () => {
      throw new Error('a declared child fails');
    },
  },
});

/** A declared supervisor: its children start one after the other. */
export const Steward = defineSupervisor<StewardArgs>({
  module: import.meta.url,
  name: 'Steward',
  children: ({ number, startsMs, failsMs }) =>
    startsMs.map((startMs, index) => {
      const args = { steward: number, startMs, failMs: failsMs[index] ?? -1 };
      return childSpec(Page, args, { placement: 'spread' });
    }),
});
