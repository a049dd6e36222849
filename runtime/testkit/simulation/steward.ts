import { defineActor } from '../../actor/definition.js';
import { childSpec, defineSupervisor } from '../../supervision/define-supervisor.js';
import { sleep } from './perform.js';
import { World } from './world.js';

/** What a declared supervisor of a simulation is made from. */
export interface StewardArgs {
  readonly number: number;
  readonly startsMs: readonly number[];
}

interface PageArgs {
  readonly steward: number;
  readonly startMs: number;
}

/** A child of a declared list, which takes its time to start. */
export const Page = defineActor<{ type: 'never' }>()({
  module: import.meta.url,
  name: 'Page',
  init: async ({ steward, startMs }: PageArgs, { incarnation }) => {
    const world = World.current!;
    if (incarnation === 0) world.pages.begins(steward);
    await sleep(startMs);
    if (incarnation === 0) world.pages.starts(steward);
    return null;
  },
  handlers: { never: () => {} },
});

/** A declared supervisor: its children start one after the other. */
export const Steward = defineSupervisor<StewardArgs>({
  module: import.meta.url,
  name: 'Steward',
  children: ({ number, startsMs }) =>
    startsMs.map((startMs) =>
      childSpec(Page, { steward: number, startMs }, { placement: 'spread' }),
    ),
});
