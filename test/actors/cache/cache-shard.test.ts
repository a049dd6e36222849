import t, { type Test } from 'tap';
import { CacheShard } from '#actors/cache/index.js';
import { resolveOptions } from '#actors/cache/options.js';
import type { CacheShardMessage, ShardSetup } from '#actors/cache/protocol.js';
import type { ShardPlace, TopologyData } from '#actors/cache/topology.js';
import type { ActorRef } from '#runtime/index.js';
import { startSystem } from '../../support/system.js';
import { SilentOwner } from './fixtures/silent-owner.js';

/** Two shards whose owner is the test. */
async function start(t: Test): Promise<{
  shards: ActorRef<CacheShardMessage>[];
  topology: (version: number, ...indices: number[]) => TopologyData;
  configure: (topology: TopologyData, previous?: TopologyData | null) => void;
}> {
  const system = await startSystem(t);
  const owner = system.spawn(SilentOwner, undefined, { placement: 'main' });
  const settings = resolveOptions({ sweepIntervalMs: 3_600_000 });
  const shards = [0, 1].map((index) =>
    system.spawn(CacheShard, { id: `s${index}`, owner, settings }, { placement: index + 1 }),
  );
  const places = shards.map(
    (ref, index): ShardPlace => ({ id: `s${index}`, thread: index + 1, weight: 1, ref }),
  );
  return {
    shards,
    topology: (version, ...indices) => ({
      version,
      shards: indices.map((index) => places[index]!),
    }),
    configure: (topology, previous = null) => {
      const setup: ShardSetup = { topology, previous, listeners: [], recovers: false };
      for (const ref of shards) ref.tell({ type: 'configure', setup });
    },
  };
}

const write = { value: 'x', bytes: 2, ttlMs: 3_600_000, keepMs: 0, sliding: false, tags: null };
const set = (key: string) => ({ op: 'set', key, write, when: 'always', keepTtl: false }) as const;

t.test(
  'requests of a topology that a shard does not know yet wait for it, and nothing is lost',
  async (t) => {
    const { shards, topology, configure } = await start(t);
    const [first, second] = shards as [ActorRef<CacheShardMessage>, ActorRef<CacheShardMessage>];
    const entry = {
      key: 'k',
      value: 'x',
      version: 5,
      freshUntilMs: Infinity,
      keptUntilMs: Infinity,
      slidingMs: 0,
      costMs: 0,
      tags: null,
      bytes: 2,
    };
    const early = [
      second.ask({ type: 'adopt', version: 2, entries: [entry], versionFloor: 9 }),
      second.ask({
        type: 'replicate',
        version: 2,
        changes: [{ key: 'r', version: 6, entry: { ...entry, key: 'r' } }],
      }),
      second.ask({ type: 'batch', version: 2, operations: [{ op: 'get', key: 'k' }] }),
      second.ask({ type: 'gets', version: 2, keys: ['k', 'r'] }),
      second.ask({ type: 'peek', version: 2, keys: ['k'] }),
      second.ask({ type: 'invalidate', version: 2, what: { kind: 'prefix', text: 'k' } }),
    ];
    t.equal((await second.ask({ type: 'statistics' })).entries, 0, 'it has done nothing yet');
    configure(topology(2, 1));
    t.same(await Promise.all(early), [undefined, undefined, ['x'], ['x', 'x'], [entry], 1]);
    t.same(await first.ask({ type: 'gets', version: 1, keys: ['k'] }), { moved: 2 });
  },
);

t.test(
  'a request by an old topology is served by the owner of the key, and refused whole by any other',
  async (t) => {
    const { shards, topology, configure } = await start(t);
    const [first, second] = shards as [ActorRef<CacheShardMessage>, ActorRef<CacheShardMessage>];
    configure(topology(1, 0));
    const keys = Array.from({ length: 20 }, (_, n) => `k${n}`);
    await first.ask({ type: 'batch', version: 1, operations: keys.map(set) });
    configure(topology(2, 0, 1), topology(1, 0));
    const replies = await Promise.all(
      keys.map((key) => first.ask({ type: 'gets', version: 1, keys: [key] })),
    );
    const stayed = keys.filter((_, n) => Array.isArray(replies[n]));
    const moved = keys.filter((key) => !stayed.includes(key));
    t.ok(stayed.length > 0 && moved.length > 0, `${stayed.length} of 20 stayed`);
    t.same(
      await first.ask({ type: 'batch', version: 1, operations: [set(stayed[0]!), set(moved[0]!)] }),
      { moved: 2 },
      'one key of another is enough: nothing of it is done',
    );
    t.same(
      await second.ask({ type: 'gets', version: 2, keys: moved }),
      moved.map(() => 'x'),
      'the new shard has all of its keys, whether or not they have arrived',
    );
    t.same(await second.ask({ type: 'invalidate', version: 1, what: { kind: 'all', text: '' } }), {
      moved: 2,
    });
  },
);

t.test('a deletion at the new shard is not undone by what the former one sends', async (t) => {
  const { shards, topology, configure } = await start(t);
  const [first, second] = shards as [ActorRef<CacheShardMessage>, ActorRef<CacheShardMessage>];
  configure(topology(1, 0));
  await first.ask({ type: 'batch', version: 1, operations: [set('k')] });
  const [entry] = await first.ask({ type: 'peek', version: 1, keys: ['k'] });
  configure(topology(2, 1), topology(1, 0));
  const deletion = { op: 'delete', key: 'k', when: 'always' } as const;
  t.same(await second.ask({ type: 'batch', version: 2, operations: [deletion] }), [true]);
  await second.ask({ type: 'adopt', version: 2, entries: [entry!], versionFloor: 0 });
  t.same(await second.ask({ type: 'gets', version: 2, keys: ['k'] }), [undefined]);
});
