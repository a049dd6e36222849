import fc from 'fast-check';
import t from 'tap';
import { Directory } from '#actors/broker/directory.js';
import type { Verb } from '#actors/broker/group-deliveries.js';
import { resolveStream, type StreamOptions } from '#actors/broker/options.js';
import { ShardCore } from '#actors/broker/shard-core.js';
import { recover } from '#actors/broker/shard-recovery.js';
import { MemoryJournal } from '#runtime/index.js';
import { type Held, ShardRig, seqsOf } from './shard-rig.js';

const HOUR_MS = 3_600_000;
const STREAM: StreamOptions = { subjects: ['s.>'], maxAgeMs: 5000, dedupWindowMs: 700 };
const GROUP = { ackWaitMs: 1000, maxFailures: 4, retry: { minMs: 100, maxMs: 1000 } } as const;

const step = fc.oneof(
  fc.record({
    do: fc.constant('publish' as const),
    id: fc.constantFrom(undefined, 'a', 'b', 'c'),
    delayMs: fc.constantFrom(undefined, 50, 2000),
    ttlMs: fc.constantFrom(undefined, 300, 3000),
    priority: fc.constantFrom(4, 4, 9),
  }),
  fc.record({ do: fc.constant('pull' as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    do: fc.constant('settle' as const),
    which: fc.nat(1000),
    verb: fc.constantFrom<Verb>('ack', 'fail', 'release', 'extend', 'ack-up-to'),
  }),
  fc.record({
    do: fc.constant('advance' as const),
    ms: fc.constantFrom(1, 40, 250, 900),
    jumpMs: fc.constantFrom(-HOUR_MS, 0, HOUR_MS),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What those see who use a shard, while its wall clock jumps, or does not. */
function observed(steps: readonly Step[], jumps: boolean): string {
  const rig = new ShardRig({ s: STREAM });
  const group = rig.group('s', 'g', GROUP);
  const seen: unknown[] = [];
  const held: Held[] = [];
  for (const each of steps) {
    if (each.do === 'publish') {
      const { id, delayMs, ttlMs, priority } = each;
      const own = {
        priority,
        ...(id === undefined ? {} : { id }),
        ...(delayMs === undefined ? {} : { delayMs }),
        ...(ttlMs === undefined ? {} : { ttlMs }),
      };
      seen.push(rig.publish('s.a', null, own));
    } else if (each.do === 'pull') {
      const taken = rig.pull(group, each.count);
      held.push(...taken);
      seen.push(seqsOf(taken));
    } else if (each.do === 'settle') {
      if (held.length > 0) seen.push(rig.settle(held[each.which % held.length]!, each.verb));
    } else rig.advance(each.ms, jumps ? each.jumpMs : 0);
  }
  const { log } = rig.core.stream('s');
  return JSON.stringify([seen, [...log.values()].map(({ seq }) => seq)]);
}

t.test('nobody sees the clock jump by an hour, forward or back', async () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const [still, jumping] = [observed(steps, false), observed(steps, true)];
      if (still !== jumping) throw new Error(`${still} became ${jumping}`);
    }),
    { numRuns: 500 },
  );
});

t.test('a clock that was set back while nothing ran holds nothing up', async (t) => {
  const journal = new MemoryJournal();
  const streams = { s: STREAM };
  const rig = new ShardRig(streams, 1, journal);
  rig.group('s', 'g', GROUP);
  rig.publish('s.a', null, { delayMs: 400, id: 'x' });
  rig.publish('s.a', null, { ttlMs: 400 });
  rig.publish('s.a');
  rig.step();
  const time = { nowMs: 77, wallMs: rig.time.wallMs - HOUR_MS };
  const entries = [{ name: 's', options: resolveStream('s', STREAM) }];
  const directory = new Directory({ version: 1, shardCount: 1, streams: entries });
  const settings = { shard: 0, epoch: 2, hasJournal: true, random: () => 0.5 };
  const core = new ShardCore(settings, directory, time);
  await recover(core, journal, time);
  const next = new ShardRig(streams, 1, journal, core, time);
  const group = core.stream('s').groups.get('g')!;
  t.ok(next.publish('s.a', null, { id: 'x' }) < 0, 'the id is known');
  next.advance(401);
  t.same(
    seqsOf(next.pull(group, 10)),
    [1, 3],
    'the delay is over, and so is the life of the other',
  );
  next.advance(300);
  t.ok(next.publish('s.a', null, { id: 'x' }) > 0, 'the window ends');
  next.advance(4300);
  t.same([...core.stream('s').log.values()].length, 1, 'what was stored before has its age');
});
