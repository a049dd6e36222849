import { allToAll, crossPairs, type Flow, localPairs } from './flow.js';
import { FlowSubject } from './flow-subject.js';
import { type Bench, countOf, type Scale, type Subject } from './harness.js';
import { PortFlowSubject } from './port-flow-subject.js';
import { Counter, IntSender } from './tell-actors.js';

const BURST = 1000;
const PAIR_THREADS = [1, 2, 4, 8] as const;
const SMOKE_PAIR_THREADS = [1, 2, 4] as const;
const MESH_THREADS = [2, 4] as const;

/** Messages of all flows in a round: of `troupe` and of `postMessage`. Multiples of every number of flows. */
interface Counts {
  readonly troupe: number;
  readonly postMessage: number;
}

const LOCAL: Counts = { troupe: 9_600_000, postMessage: 960_000 };
const CROSS: Counts = { troupe: 4_800_000, postMessage: 960_000 };
const SMOKE = 9600;

/** Integers along flows; `flowsFrom` numbers the threads from the first one. */
function contenders(
  scale: Scale,
  threads: number,
  counts: Counts,
  flowsFrom: (threads: number, first: number) => readonly Flow[],
  suffix?: string,
): readonly Subject[] {
  return [
    new FlowSubject({
      name: suffix === undefined ? 'troupe' : `troupe/${suffix}`,
      system: { threads },
      sender: IntSender,
      receiver: Counter,
      flows: flowsFrom(threads, 1),
      load: 'int',
      count: countOf(scale, counts.troupe, SMOKE),
      burst: BURST,
    }),
    new PortFlowSubject({
      ...(suffix === undefined ? {} : { suffix }),
      flows: flowsFrom(threads, 0),
      load: 'int',
      count: countOf(scale, counts.postMessage, SMOKE),
      burst: BURST,
    }),
  ];
}

/**
 * As many senders and receivers as threads: what each further thread gives, also beyond the processors.
 * Both of a pair on one thread, or (`/cross`) the receiver on the next thread.
 */
export const pairs: Bench = {
  contests: (scale) =>
    (scale === 'full' ? PAIR_THREADS : SMOKE_PAIR_THREADS).map((threads) => {
      const local = contenders(scale, threads, LOCAL, localPairs);
      const cross = threads > 1 ? contenders(scale, threads, CROSS, crossPairs, 'cross') : [];
      return { bench: `threads.${threads}`, subjects: [...local, ...cross] };
    }),
};

/** Each thread tells each other one; the baseline is a full mesh of MessageChannels. */
export const mesh: Bench = {
  contests: (scale) =>
    MESH_THREADS.map((threads) => ({
      bench: `mesh-all.${threads}`,
      subjects: contenders(scale, threads, CROSS, allToAll),
    })),
};
