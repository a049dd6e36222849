import { type ActorRef, defineActor, hasCode, type Request } from '../../../runtime/index.js';
import { ITEM_BYTES, type SlowMessage } from './slow.js';

/** Items that are sent before others have their turn. */
const BATCH_COUNT = 20;
/** Items that a sender who waits has under way at a time. */
const WAITING_COUNT = 100;

export interface FloodArgs {
  readonly target: ActorRef<SlowMessage>;
  /** Sends with `send` and waits, or tells as fast as it can. */
  readonly waits: boolean;
}

/** What the sender has seen. */
export interface FloodReport {
  readonly sentCount: number;
  /** Told and refused at once. */
  readonly refusedCount: number;
  /** Calls that threw ERR_MAILBOX_FULL. */
  readonly thrownCount: number;
}

export type FloodMessage =
  | { type: 'begin' }
  | { type: 'batch' }
  | { type: 'end' }
  | Request<{ type: 'report' }, FloodReport>;

interface FloodState {
  readonly args: FloodArgs;
  isOn: boolean;
  sentCount: number;
  refusedCount: number;
  thrownCount: number;
}

/** Sends to one receiver without a pause. */
export const Flood = defineActor<FloodMessage>()({
  module: import.meta.url,
  name: 'Flood',
  init: (args: FloodArgs): FloodState => ({
    args,
    isOn: false,
    sentCount: 0,
    refusedCount: 0,
    thrownCount: 0,
  }),
  handlers: {
    begin: (state, _message, ctx) => {
      state.isOn = true;
      if (!state.args.waits) ctx.self.tell({ type: 'batch' });
      else for (let i = 0; i < WAITING_COUNT; i++) void sendOnAndOn(state);
    },
    batch: (state, _message, ctx) => {
      if (!state.isOn) return;
      for (let i = 0; i < BATCH_COUNT; i++) tellOne(state);
      ctx.self.tell({ type: 'batch' });
    },
    end: (state) => {
      state.isOn = false;
    },
    report: ({ sentCount, refusedCount, thrownCount }) => ({
      sentCount,
      refusedCount,
      thrownCount,
    }),
  },
});

function itemOf(n: number): { type: 'item'; n: number; text: string } {
  // A string of its own each time, so that nothing can be shared.
  return { type: 'item', n, text: String(n).padEnd(ITEM_BYTES, 'x') };
}

function tellOne(state: FloodState): void {
  try {
    if (!state.args.target.tell(itemOf(state.sentCount++))) state.refusedCount++;
  } catch (error) {
    if (!hasCode(error, 'ERR_MAILBOX_FULL')) throw error;
    state.thrownCount++;
  }
}

async function sendOnAndOn(state: FloodState): Promise<void> {
  while (state.isOn) await state.args.target.send(itemOf(state.sentCount++), { timeoutMs: 60_000 });
}
