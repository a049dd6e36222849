import fc from 'fast-check';
import t from 'tap';
import { Directory } from '#actors/broker/directory.js';
import type { Verb } from '#actors/broker/group-deliveries.js';
import { resolveStream } from '#actors/broker/options.js';
import { SequenceLog } from '#actors/broker/sequence-log.js';
import { ShardCore } from '#actors/broker/shard-core.js';
import { recover } from '#actors/broker/shard-recovery.js';
import { MemoryJournal } from '#runtime/index.js';
import { type Held, ShardRig, seqsOf } from './shard-rig.js';

const RUNS = process.env['SOAK'] === undefined ? 300 : 20_000;

type Op =
  | {
      readonly op: 'publish';
      readonly key: string | null;
      readonly priority: number;
      readonly delayMs: number;
    }
  | { readonly op: 'pull'; readonly count: number }
  | { readonly op: 'settle'; readonly which: number; readonly verb: Verb }
  | { readonly op: 'advance'; readonly ms: number };

const operation: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('publish' as const),
      key: fc.constantFrom(null, null, 'a', 'b'),
      priority: fc.constantFrom(4, 4, 4, 0, 9),
      delayMs: fc.constantFrom(0, 0, 0, 50),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('pull' as const),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('settle' as const),
      which: fc.nat(1000),
      verb: fc.constantFrom<Verb>('ack', 'ack', 'ack-up-to', 'release', 'fail', 'reject', 'extend'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('advance' as const),
      ms: fc.constantFrom(1, 30, 120, 1100),
    }),
  },
);

const OPTIONS = { ackWaitMs: 1000, maxFailures: 3, retry: { minMs: 10, maxMs: 100 } } as const;
const subjects = ['s.>'];

/** What became of each message, as a test sees it. */
class Books {
  readonly published: number[] = [];
  readonly keys = new Map<number, string | null>();
  readonly acked = new Set<number>();
  held: Held[] = [];
  /** Why the run is wrong; undefined when it is not. */
  wrong: string | undefined;

  run(rig: ShardRig, operations: readonly Op[]): void {
    const group = rig.core.stream('s').groups.get('g')!;
    for (const each of operations) {
      if (each.op === 'publish') {
        const { key, priority, delayMs } = each;
        const own = {
          ...(key === null ? {} : { key }),
          priority,
          ...(delayMs === 0 ? {} : { delayMs }),
        };
        const seq = rig.publish('s.a', null, own);
        this.published.push(seq);
        this.keys.set(seq, key);
      } else if (each.op === 'pull') {
        this.take(rig.pull(group, each.count));
      } else if (each.op === 'advance') {
        rig.advance(each.ms);
      } else if (this.held.length > 0) {
        const one = this.held[each.which % this.held.length]!;
        const acked = this.coveredBy(one, each.verb);
        if (rig.settle(one, each.verb)) for (const seq of acked) this.ack(seq);
      }
      const inFlight = [...group.deliveries.outstanding.values()].filter(
        ({ state }) => state === 'in-flight',
      );
      const keys = inFlight.map(({ message }) => message.key).filter((key) => key !== null);
      if (new Set(keys).size !== keys.length)
        this.wrong ??= `two of one key in flight: ${keys.join()}`;
      if (inFlight.length !== group.deliveries.inFlightCount)
        this.wrong ??= 'in flight is counted wrong';
    }
  }

  /** What such an answer acknowledges. */
  coveredBy({ group, holder, seq }: Held, verb: Verb): number[] {
    if (verb === 'ack') return [seq];
    if (verb !== 'ack-up-to') return [];
    const isPresent = (one: Held): boolean =>
      group.deliveries.find(one.seq, one.delivery, group.epoch) !== undefined;
    return this.held
      .filter((one) => one.holder === holder && one.seq <= seq && isPresent(one))
      .map((one) => one.seq);
  }

  take(taken: readonly Held[]): void {
    for (const { seq } of taken)
      if (this.acked.has(seq)) this.wrong ??= `${seq} came after its ack`;
    this.held.push(...taken);
  }

  ack(seq: number): void {
    if (this.acked.has(seq)) this.wrong ??= `${seq} was acked twice`;
    this.acked.add(seq);
  }

  /** Takes and acknowledges everything that is left. */
  drain(rig: ShardRig): void {
    const group = rig.core.stream('s').groups.get('g')!;
    for (let quiet = 0; quiet < 5; ) {
      rig.advance(1100);
      const taken = rig.pull(group, 100);
      quiet = taken.length === 0 ? quiet + 1 : 0;
      this.take(taken);
      for (const each of taken) if (rig.settle(each, 'ack')) this.ack(each.seq);
    }
  }

  /** Each published message was acknowledged or is dead, never both, never lost. */
  check(rig: ShardRig): void {
    const dead = [...rig.core.stream('s.dead').log.values()].map((message) => message.dead!.seq);
    const all = [...this.acked, ...dead].sort((a, b) => a - b);
    const expected = [...this.published].sort((a, b) => a - b);
    if (all.join() !== expected.join()) this.wrong ??= `${all.join()} came of ${expected.join()}`;
    const { deliveries } = rig.core.stream('s').groups.get('g')!;
    if (deliveries.outstanding.size > 0) this.wrong ??= 'something is still outstanding';
  }
}

for (const retention of ['workqueue', 'limits', 'interest'] as const) {
  t.test(
    `whatever happens, each message is acknowledged or dead in the end, once: ${retention}`,
    async () => {
      fc.assert(
        fc.property(fc.array(operation, { maxLength: 60 }), fc.boolean(), (operations, isEager) => {
          const rig = new ShardRig({ s: { subjects, retention } });
          rig.group('s', 'g', isEager ? { ...OPTIONS, filter: 's.a' } : OPTIONS);
          const books = new Books();
          books.run(rig, operations);
          books.drain(rig);
          books.check(rig);
          const left = rig.core.stream('s').log.size;
          if (retention !== 'limits' && left > 0) books.wrong ??= `${left} are still stored`;
          if (books.wrong !== undefined) throw new Error(books.wrong);
        }),
        { numRuns: RUNS },
      );
    },
  );

  t.test(`so it is over a crash between any two steps: ${retention}`, async () => {
    const steps = fc.array(operation, { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, steps, fc.boolean(), async (before, after, isEager) => {
        const journal = new MemoryJournal();
        const streams = { s: { subjects, retention } };
        const rig = new ShardRig(streams, 1, journal);
        rig.group('s', 'g', isEager ? { ...OPTIONS, filter: 's.a' } : OPTIONS);
        rig.step();
        const books = new Books();
        books.run(rig, before);
        const entries = [{ name: 's', options: resolveStream('s', streams.s) }];
        const directory = new Directory({ version: 1, shardCount: 1, streams: entries });
        const settings = { shard: 0, epoch: 2, hasJournal: true, random: () => 0.5 };
        const time = { ...rig.time };
        const core = new ShardCore(settings, directory, time);
        await recover(core, journal, time);
        const next = new ShardRig(streams, 1, journal, core, time);
        const stale = books.held;
        books.held = [];
        for (const each of stale) {
          const group = core.stream('s').groups.get('g')!;
          const isTaken = group.deliveries.settle(
            each.seq,
            each.delivery,
            each.group.epoch,
            'ack',
            -1,
            undefined,
            time,
          );
          if (isTaken) books.wrong ??= 'a delivery of the former incarnation was settled';
        }
        books.run(next, after);
        books.drain(next);
        books.check(next);
        if (books.wrong !== undefined) throw new Error(books.wrong);
        if (retention === 'limits') {
          const marks = await journal.scan('broker/marks/s/g');
          if (marks.length > 0) throw new Error(`${marks.length} marks are left below the floor`);
        }
      }),
      { numRuns: RUNS },
    );
  });
}

t.test('a fetch looks at no more messages in a long queue than in a short one', async (t) => {
  const looks = (count: number): number => {
    const rig = new ShardRig({ s: { subjects, retention: 'workqueue' } });
    const group = rig.group('s', 'g', {});
    for (let i = 0; i < count; i++) rig.publish('s.a');
    for (const each of rig.pull(group, 10)) rig.settle(each, 'release');
    let lookCount = 0;
    const { get, next } = SequenceLog.prototype;
    const { log } = rig.core.stream('s');
    log.get = function counted(seq) {
      lookCount++;
      return get.call(this, seq) as ReturnType<typeof log.get>;
    };
    log.next = function counted(seq) {
      lookCount++;
      return next.call(this, seq) as ReturnType<typeof log.next>;
    };
    t.same(
      seqsOf(rig.pull(group, 20)),
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    return lookCount;
  };
  t.equal(looks(20_000), looks(100));
});
