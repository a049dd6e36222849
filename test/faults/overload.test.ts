import t, { type Test } from 'tap';
import type { ActorSystem, OverflowPolicy } from '../../runtime/index.js';
import { conserves, eventually } from '../contract/fixtures-b/kit.js';
import { Flood, type FloodReport } from './support/flood.js';
import { mib, ms, quantile, scaled } from './support/scale.js';
import { ITEM_BYTES, Slow, type SlowReport } from './support/slow.js';
import { startFor } from './support/started.js';
import { Witness } from './support/witness.js';

const RUN_MS = scaled(1500, 30_000);
const CAPACITY = 100;
const OVERFLOW_COUNT = 500;
const RING_BYTES = 2 ** 18;
/** An item with its header, generously. */
const RECORD_BYTES = ITEM_BYTES + 128;
/** Items that can be under way at most: in the mailbox, in the ring, behind the ring. */
const HELD_COUNT = CAPACITY + Math.ceil(RING_BYTES / ITEM_BYTES) + OVERFLOW_COUNT;
/**
 * The stated bound of memory: what can be held, in the form of the sender and of the receiver, and a
 * reserve for what the collectors of three threads have not collected yet.
 */
const RESERVE_BYTES = 160 * 2 ** 20;
const BOUND_BYTES = 2 * HELD_COUNT * RECORD_BYTES + RESERVE_BYTES;

/** Messages between two counts of two busy threads, when their counters are read. */
const BLUR_COUNT = 1000;

interface Case {
  readonly policy: OverflowPolicy;
  readonly from: number;
  readonly says: string;
  readonly check: (t: Test, system: ActorSystem, sent: FloodReport, got: SlowReport) => void;
}

/** Dead letters by the reasons that an overflow can have. */
function overflows(system: ActorSystem): { full: number; evicted: number; behindRing: number } {
  const { total } = system.metrics();
  return {
    full: total['dead:mailbox-full'],
    evicted: total['dead:evicted'],
    behindRing: total['dead:overflow-full'],
  };
}

const CASES: readonly Case[] = [
  {
    policy: 'reject',
    from: 2,
    says: 'the newest are refused, and counted',
    check: (t, system, { sentCount, refusedCount, thrownCount }, { handledCount }) => {
      const { full, evicted, behindRing } = overflows(system);
      t.equal(full + behindRing, sentCount - handledCount);
      t.ok(full > 0);
      t.equal(refusedCount, behindRing, 'those that the sender heard of');
      t.same([evicted, thrownCount], [0, 0]);
    },
  },
  {
    policy: 'drop-oldest',
    from: 2,
    says: 'the oldest give way, and the newest in the mailbox are handled',
    check: (t, system, { sentCount, thrownCount }, { handledCount }) => {
      const { full, evicted, behindRing } = overflows(system);
      t.equal(evicted + behindRing, sentCount - handledCount);
      t.ok(evicted > 0);
      t.same([full, thrownCount], [0, 0]);
    },
  },
  {
    policy: 'fail',
    from: 1,
    says: 'the call of a sender on the same thread throws',
    check: (t, system, { sentCount, thrownCount, refusedCount }, { handledCount }) => {
      const { full, evicted, behindRing } = overflows(system);
      t.equal(thrownCount, sentCount - handledCount);
      t.equal(full, thrownCount, 'a dead letter each');
      t.same([evicted, behindRing, refusedCount], [0, 0, 0]);
    },
  },
  {
    policy: 'fail',
    from: 2,
    says: 'nobody on another thread is thrown at',
    check: (t, system, { sentCount, thrownCount, refusedCount }, { handledCount }) => {
      const { full, evicted, behindRing } = overflows(system);
      t.equal(full + behindRing, sentCount - handledCount);
      t.equal(refusedCount, behindRing);
      t.same([evicted, thrownCount], [0, 0]);
    },
  },
  {
    policy: 'wait',
    from: 2,
    says: 'the sender waits, and nothing is lost',
    check: (t, system, { sentCount }, { handledCount, last }) => {
      t.same(overflows(system), { full: 0, evicted: 0, behindRing: 0 });
      t.equal(handledCount, sentCount);
      t.equal(last, sentCount - 1);
    },
  },
];

/** What was seen while the flood went on. */
interface Seen {
  readonly asks: number[];
  readonly signals: number[];
  peakBytes: number;
  peakQueued: number;
}

/** Goes on asking and stopping actors of both threads, and looks at memory, for the length of a run. */
async function observe(system: ActorSystem): Promise<Seen> {
  const seen: Seen = { asks: [], signals: [], peakBytes: 0, peakQueued: 0 };
  const others = [1, 2].map((placement) => system.spawn(Witness, {}, { placement }));
  for (const other of others) await other.ask({ type: 'report' });
  const until = performance.now() + RUN_MS;
  while (performance.now() < until) {
    for (const [index, other] of others.entries()) {
      const asked = performance.now();
      await other.ask({ type: 'report' });
      seen.asks.push(performance.now() - asked);
      const mayfly = system.spawn(Witness, {}, { placement: 1 + index });
      const stopped = performance.now();
      await system.stopActor(mayfly);
      seen.signals.push(performance.now() - stopped);
    }
    seen.peakBytes = Math.max(seen.peakBytes, process.memoryUsage.rss());
    seen.peakQueued = Math.max(seen.peakQueued, system.metrics().queued);
  }
  return seen;
}

for (const { policy, from, says, check } of CASES) {
  t.test(`a sender that is too fast, on thread ${from}, under '${policy}': ${says}`, async (t) => {
    const { system } = await startFor(t, {
      ringBytes: RING_BYTES,
      overflowMessages: OVERFLOW_COUNT,
      deadLetterEvents: 1,
    });
    const mailbox = { capacity: CAPACITY, overflow: policy } as const;
    const slow = system.spawn(Slow, null, { placement: 1, mailbox });
    const args = { target: slow, waits: policy === 'wait' };
    const flood = system.spawn(Flood, args, { placement: from });
    await Promise.all([slow.ask({ type: 'done' }), flood.ask({ type: 'report' })]);
    const beforeBytes = process.memoryUsage.rss();
    flood.tell({ type: 'begin' });
    await eventually('it is flooded', () => system.metrics().queued >= CAPACITY);
    const seen = await observe(system);
    flood.tell({ type: 'end' });
    const atEnd = await flood.ask({ type: 'report' });
    await eventually('all is handled', () => system.metrics().queued <= 0);
    const got = await slow.ask({ type: 'done' });
    const sent = await flood.ask({ type: 'report' });

    t.ok(seen.asks.length >= 4, `${seen.asks.length} questions to others were answered`);
    const grownBytes = seen.peakBytes - beforeBytes;
    t.ok(grownBytes < BOUND_BYTES, `grew by ${mib(grownBytes)}, at most ${mib(BOUND_BYTES)}`);
    t.ok(seen.peakQueued <= HELD_COUNT + BLUR_COUNT, `${seen.peakQueued} under way at most`);
    if (policy !== 'wait') {
      t.ok(atEnd.sentCount >= 10 * got.handledCount, 'ten times faster');
      t.ok(
        atEnd.sentCount * ITEM_BYTES > scaled(0, 4 * BOUND_BYTES),
        'more was sent than the bound could hold',
      );
    }
    t.ok(got.handledCount > 0);
    t.equal(got.disorderCount, 0, 'in order');
    check(t, system, sent, got);
    t.ok(conserves(system).holds, conserves(system).says);
    t.comment(
      `'${policy}' from thread ${from}: ${sent.sentCount} sent (${mib(sent.sentCount * ITEM_BYTES)}), ` +
        `${got.handledCount} handled; memory grew by ${mib(grownBytes)} (bound ${mib(BOUND_BYTES)}); ` +
        `asks of others p50 ${ms(quantile(seen.asks, 0.5))}, p99 ${ms(quantile(seen.asks, 0.99))}; ` +
        `stops of others p99 ${ms(quantile(seen.signals, 0.99))}; ${seen.asks.length} of each`,
    );
    t.match(await system.stop(), { clean: true });
  });
}
