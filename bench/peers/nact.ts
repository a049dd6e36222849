import { check, countOf, type Figure, nowNs, rate, type Scale, type Subject } from '../harness.js';
import { expectedSum, makeInt, makeOne } from '../loads.js';
import { MemorySubject } from './memory-subject.js';
import { freshName, type NactRef, type NactSystem, startNact } from './nact-api.js';
import { PeerSubject } from './peer-subject.js';

const BURST = 1000;
const RING_SIZE = 1000;

type Work = (peer: NactSystem, count: number) => Promise<readonly Figure[]>;

/** A: a sender that sends in bursts, a counter. */
const tell: Work = ({ nact, system }, count) =>
  new Promise((resolve) => {
    const counter = nact.spawn<number, { n: number }>(system, (sum = 0, { n }, { self }) => {
      if (sum + n === count) {
        resolve([rate(count, nowNs() - startNs, 'msg/s')]);
        nact.stop(self);
      }
      return sum + n;
    });
    const sender = nact.spawn<number, unknown>(system, (left = count, _, { self }) => {
      const burst = Math.min(left, BURST);
      for (let i = 0; i < burst; i++) nact.dispatch(counter, makeOne());
      if (left > burst) nact.dispatch(self, { type: 'burst' });
      else nact.stop(self);
      return left - burst;
    });
    const startNs = nowNs();
    nact.dispatch(sender, { type: 'burst' });
  });

/** B: the ping says who asks, as is the custom in nact. */
const pingPong: Work = ({ nact, system }, count) =>
  new Promise((resolve, reject) => {
    const pong = nact.spawn<unknown, { i: number; from: NactRef }>(system, (_, { i, from }) => {
      nact.dispatch(from, { i });
    });
    const ping = nact.spawn<number, { i: number }>(system, (next = 0, message, { self }) => {
      if (message.i !== next - 1) {
        reject(new Error(`ping ${next - 1} came back as ${message.i}`));
      } else if (next < count) {
        nact.dispatch(pong, { i: next, from: self });
      } else {
        resolve([rate(count, nowNs() - startNs, 'rt/s')]);
        nact.stop(pong);
        nact.stop(self);
      }
      return next + 1;
    });
    const startNs = nowNs();
    nact.dispatch(ping, { i: -1 });
  });

/** F: a token goes round a thousand actors. */
const ring: Work = ({ nact, system }, count) =>
  new Promise((resolve) => {
    const nodes: NactRef[] = [];
    let hops = 0;
    for (let i = 0; i < RING_SIZE; i++) {
      const next = (i + 1) % RING_SIZE;
      const node = nact.spawn<unknown, { left: number }>(
        system,
        (_, { left }) => {
          hops++;
          if (left > 0) nact.dispatch(nodes[next]!, { left: left - 1 });
          else end();
        },
        freshName(),
      );
      nodes.push(node);
    }
    const end = (): void => {
      const figure = rate(count, nowNs() - startNs, 'hops/s');
      for (const node of nodes) nact.stop(node);
      check(hops === count, () => `${hops} hops, not ${count}`);
      resolve([figure]);
    };
    const startNs = nowNs();
    nact.dispatch(nodes[0]!, { left: count - 1 });
  });

/** G: actors that handle one message, pass it on to a collector and stop. */
const spawn: Work = ({ nact, system }, count) =>
  new Promise((resolve, reject) => {
    let sum = 0;
    const collector = nact.spawn<number, { n: number }>(system, (got = 0, { n }, { self }) => {
      sum += n;
      if (got + 1 === count) {
        nact.stop(self);
        if (sum === expectedSum('int', count))
          resolve([rate(count, nowNs() - startNs, 'actors/s')]);
        else reject(new Error(`the sum is ${sum}`));
      }
      return got + 1;
    });
    const breeder = nact.spawn<number, unknown>(system, (made = 0, _, { self }) => {
      const end = Math.min(made + BURST, count);
      for (let i = made; i < end; i++) {
        const mayfly = nact.spawn<unknown, { n: number }>(
          system,
          (_state, message, context) => {
            nact.dispatch(collector, message);
            nact.stop(context.self);
          },
          freshName(),
        );
        nact.dispatch(mayfly, makeInt(i));
      }
      if (end < count) nact.dispatch(self, { type: 'burst' });
      else nact.stop(self);
      return end;
    });
    const startNs = nowNs();
    nact.dispatch(breeder, { type: 'burst' });
  });

/** Work and how much of it takes about a second; in `smoke` little. */
const PLANS: Readonly<Record<string, readonly [Work, full: number, smoke: number]>> = {
  'tell-local': [tell, 200_000, 5000],
  'pingpong-local': [pingPong, 150_000, 1000],
  ring: [ring, 300_000, 5000],
  spawn: [spawn, 20_000, 1000],
};

/** What nact can do of a bench. */
export function nactSubject(bench: string, scale: Scale): Subject | undefined {
  if (bench === 'memory') return new MemorySubject('nact', countOf(scale, 100_000, 5000));
  const plan = PLANS[bench];
  if (plan === undefined) return undefined;
  const [work, full, smoke] = plan;
  return new PeerSubject({
    name: 'nact',
    count: countOf(scale, full, smoke),
    open: startNact,
    work,
    close: async ({ nact, system }) => nact.stop(system),
  });
}
