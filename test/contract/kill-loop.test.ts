import t from 'tap';
import type { ActorSystem } from '../../runtime/index.js';
import { Chatter } from './fixtures-b/chatter.js';
import { conserves, eventually, limited, start } from './fixtures-b/kit.js';

const isSoak = process.env['SOAK'] !== undefined;
const SEEDS = isSoak ? Array.from({ length: 100 }, (_, index) => index + 1) : [1, 2, 3, 4];
const KILLS = isSoak ? 40 : 8;

/** Small random numbers from a seed (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) % below;
  };
}

function isAlive(system: ActorSystem, thread: number): boolean {
  return system.aliveThreads.includes(thread);
}

for (const seed of SEEDS) {
  t.test(
    `threads that die at random under traffic (seed ${seed}): "Nothing disappears in silence", the system still answers and stops`,
    async (t) => {
      const next = seeded(seed);
      const { system, events } = await start({
        threadIntensity: { intensity: 10_000, periodMs: 1000 },
        ringBytes: seed % 2 === 0 ? 4096 : 65_536,
      });
      const peers = [0, 1, 2, 1, 2, 1, 2].map((placement) =>
        system.spawn(Chatter, undefined, { placement }),
      );
      let kills = 0;
      while (kills < KILLS) {
        for (let i = 0; i < 60; i++)
          peers[next(peers.length)]!.tell({ type: 'hop', left: 40, peers });
        await peers[next(peers.length)]!.ask({ type: 'ping' }, { timeoutMs: 50 }).catch(() => {});
        if (next(3) !== 0) continue;
        const victim = 1 + next(2);
        if (next(4) > 0) await eventually('the victim runs', () => isAlive(system, victim));
        try {
          system.killThread(victim);
          kills++;
          if (next(3) === 0 && isAlive(system, 3 - victim)) system.killThread(3 - victim);
        } catch (error) {
          t.match(error, { code: 'ERR_NO_THREAD' }, 'dead, and not yet begun again');
        }
      }
      const answers = limited(
        'the answer of every actor',
        Promise.all(peers.map((peer) => peer.ask({ type: 'ping' }, { timeoutMs: 15_000 }))),
      );
      t.equal((await answers).length, peers.length);
      let sent = -1;
      await eventually('all is quiet', async () => {
        const before = sent;
        sent = system.metrics().total.sent;
        await Promise.all(peers.map((peer) => peer.ask({ type: 'ping' })));
        return sent - before === peers.length;
      });
      const { holds, says } = conserves(system);
      t.ok(holds, says);
      t.comment(`${events.seen('thread-died').length} deaths: ${says}`);
      t.equal(
        events.seen('damaged-record', ({ reason }) => reason === 'damaged').length,
        0,
        'no record is damaged',
      );
      t.equal(
        events
          .seen('thread-died')
          .filter(({ error }) => /InvariantError|invariant/i.test(String(error))).length,
        0,
      );
      t.same([...system.aliveThreads].sort(), [0, 1, 2]);
      const report = await system.stop({ deadlineMs: 3000 });
      t.match(report, { clean: true, killedThreads: [], error: undefined });
    },
  );
}
