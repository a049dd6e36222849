import { type ActorRef, defineActor } from '../../../runtime/index.js';
import type { WitnessMessage } from './witness.js';

export interface SpeakerArgs {
  readonly id: number;
  readonly target: ActorRef<WitnessMessage>;
  readonly count: number;
}

export type SpeakerMessage = { type: 'speak' };

/** Counts towards its target when it is told to, one number a turn, so that all speak at a time. */
export const Speaker = defineActor<SpeakerMessage>()({
  module: import.meta.url,
  name: 'Speaker',
  init: (args: SpeakerArgs) => ({ args, n: 0 }),
  handlers: {
    speak: (state, _message, ctx) => {
      const { id, target, count } = state.args;
      target.tell({ type: 'count', from: id, n: ++state.n });
      if (state.n < count) ctx.self.tell({ type: 'speak' });
    },
  },
});
