import { FlowSubject } from './flow-subject.js';
import { type Bench, countOf } from './harness.js';
import { PortFlowSubject, type PortVariant } from './port-flow-subject.js';
import { Counter, IntSender } from './tell-actors.js';

const BURST = 1000;
/** Thread of each sender, numbered from 0; the receiver is on thread 1. */
const SIDES = [0, 0, 0, 0, 1, 1, 1, 1] as const;
const SMOKE_COUNT = 16_000;

/** Eight channels into one thread, four of them from that thread itself. */
function ports(count: number, variant?: PortVariant): PortFlowSubject {
  const flows = SIDES.map((side) => [side, 1] as const);
  return new PortFlowSubject({ flows, load: 'int', count, burst: BURST, variant });
}

/** Workload E: eight senders on two threads tell one receiver integers. */
export const bench: Bench = {
  contests: (scale) => [
    {
      bench: 'fanin-cross',
      subjects: [
        new FlowSubject({
          name: 'troupe',
          system: { threads: 2 },
          sender: IntSender,
          receiver: Counter,
          flows: SIDES.map((side) => [side + 1, 2]),
          load: 'int',
          count: countOf(scale, 4_000_000, SMOKE_COUNT),
          burst: BURST,
        }),
        ports(countOf(scale, 600_000, SMOKE_COUNT)),
        ports(countOf(scale, 3_200_000, SMOKE_COUNT), 'batched'),
      ],
    },
  ],
};
