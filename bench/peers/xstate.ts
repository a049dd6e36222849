import { check, countOf, type Figure, nowNs, rate, type Scale, type Subject } from '../harness.js';
import { expectedSum, type IncMessage, makeInt, makeOne } from '../loads.js';
import { MemorySubject } from './memory-subject.js';
import { PeerSubject } from './peer-subject.js';
import { loadXState, type XActor, type XState } from './xstate-api.js';

const BURST = 1000;
const RING_SIZE = 1000;

type Work = (xstate: XState, count: number) => Promise<readonly Figure[]>;

/** A: a sender that sends in bursts, and lets the event loop turn between them; a counter. */
const tell: Work = async ({ createActor, fromTransition }, count) => {
  const add = fromTransition<number, IncMessage>((sum, { n }) => sum + n, 0);
  const counter = createActor(add).start();
  const startNs = nowNs();
  await new Promise<void>((resolve) => {
    const send = fromTransition<number, { type: 'burst' }>((left, _, { self }) => {
      const burst = Math.min(left, BURST);
      for (let i = 0; i < burst; i++) counter.send(makeOne());
      if (left > burst) setImmediate(() => self.send({ type: 'burst' }));
      else resolve();
      return left - burst;
    }, count);
    createActor(send).start().send({ type: 'burst' });
  });
  const endNs = nowNs();
  const sum = counter.getSnapshot().context;
  check(sum === count, () => `the sum is ${sum}, not ${count}`);
  return [rate(count, endNs - startNs, 'msg/s')];
};

/** B. A send to an actor that is not busy is handled at once, inside the `send`. */
const pingPong: Work = async ({ createActor, fromTransition }, count) => {
  type Ball = { type: 'ball'; i: number };
  let wrong = 0;
  const pong = createActor(
    fromTransition<number, Ball>((seen, { i }) => {
      ping.send({ type: 'ball', i });
      return seen + 1;
    }, 0),
  ).start();
  const ping: XActor<number, Ball> = createActor(
    fromTransition<number, Ball>((next, { i }) => {
      if (i !== next - 1) wrong++;
      if (next < count) pong.send({ type: 'ball', i: next });
      return next + 1;
    }, 0),
  ).start();
  const startNs = nowNs();
  ping.send({ type: 'ball', i: -1 });
  const endNs = nowNs();
  const came = ping.getSnapshot().context - 1;
  check(came === count && wrong === 0, () => `${came} of ${count} came back, ${wrong} wrong`);
  return [rate(count, endNs - startNs, 'rt/s')];
};

/** F: a token goes round a thousand actors. */
const ring: Work = async ({ createActor, fromTransition }, count) => {
  type Token = { type: 'token'; left: number };
  const nodes: XActor<number, Token>[] = [];
  let hops = 0;
  for (let i = 0; i < RING_SIZE; i++) {
    const next = (i + 1) % RING_SIZE;
    const pass = fromTransition<number, Token>((seen, { left }) => {
      hops++;
      if (left > 0) nodes[next]!.send({ type: 'token', left: left - 1 });
      return seen;
    }, 0);
    nodes.push(createActor(pass).start());
  }
  const startNs = nowNs();
  nodes[0]!.send({ type: 'token', left: count - 1 });
  const endNs = nowNs();
  check(hops === count, () => `${hops} hops, not ${count}`);
  return [rate(count, endNs - startNs, 'hops/s')];
};

/** G: actors that handle one message, pass it on to a collector and are stopped. */
const spawn: Work = async ({ createActor, fromTransition }, count) => {
  const add = fromTransition<number, IncMessage>((sum, { n }) => sum + n, 0);
  const collector = createActor(add).start();
  const startNs = nowNs();
  for (let i = 0; i < count; i++) {
    const pass = fromTransition<number, IncMessage>((seen, message) => {
      if (message.type === 'inc') collector.send(message); // its stop is an event, too
      return seen;
    }, 0);
    const mayfly = createActor(pass).start();
    mayfly.send(makeInt(i));
    mayfly.stop();
  }
  const endNs = nowNs();
  const sum = collector.getSnapshot().context;
  check(sum === expectedSum('int', count), () => `the sum is ${sum}`);
  return [rate(count, endNs - startNs, 'actors/s')];
};

/** Work and how much of it takes about a second; in `smoke` little. */
const PLANS: Readonly<Record<string, readonly [Work, full: number, smoke: number]>> = {
  'tell-local': [tell, 1_500_000, 5000],
  'pingpong-local': [pingPong, 700_000, 1000],
  ring: [ring, 1_000_000, 5000],
  spawn: [spawn, 200_000, 1000],
};

/** What XState can do of a bench. */
export function xstateSubject(bench: string, scale: Scale): Subject | undefined {
  if (bench === 'memory') return new MemorySubject('xstate', countOf(scale, 100_000, 5000));
  const plan = PLANS[bench];
  if (plan === undefined) return undefined;
  const [work, full, smoke] = plan;
  const count = countOf(scale, full, smoke);
  return new PeerSubject({ name: 'xstate', count, open: loadXState, work, close: async () => {} });
}
