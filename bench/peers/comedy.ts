import { check, countOf, type Figure, nowNs, rate, type Scale, type Subject } from '../harness.js';
import { inFlight } from '../in-flight.js';
import { makeInt, makeOne } from '../loads.js';
import { roundTripFigures } from '../pingpong-subject.js';
import { loadPeer } from './installed.js';
import { PeerSubject } from './peer-subject.js';

const BURST = 1000;
const OUTSTANDING = 16;

/** An actor of comedy. Its sender is plain code: a method call by name, which gives a promise. */
interface ComedyActor {
  send(method: string, argument?: unknown): Promise<void>;
  sendAndReceive<R>(method: string, argument?: unknown): Promise<R>;
}

interface ComedySystem {
  rootActor(): Promise<{
    createChild(
      behaviour: new () => object,
      options: { mode: 'in-memory' | 'threaded' },
    ): Promise<ComedyActor>;
  }>;
  destroy(): Promise<void>;
}

/** `test` keeps comedy from looking for files of configuration and from writing to standard output. */
type Comedy = (options: { test: boolean }) => ComedySystem;

interface Running {
  readonly system: ComedySystem;
  readonly actor: ComedyActor;
}

type Work = (peer: Running, count: number) => Promise<readonly Figure[]>;

/** The actor. Threads get it as source text, so it uses nothing from outside of itself. */
class Worker {
  sum = 0;

  inc(message: { n: number }): void {
    this.sum += message.n;
  }

  take(): number {
    const { sum } = this;
    this.sum = 0;
    return sum;
  }

  echo(i: number): number {
    return i;
  }

  next(i: number): number {
    return i + 1;
  }
}

async function open(mode: 'in-memory' | 'threaded'): Promise<Running> {
  const comedy = await loadPeer<Comedy>('comedy');
  const system = comedy({ test: true });
  const root = await system.rootActor();
  return { system, actor: await root.createChild(Worker, { mode }) };
}

/** A and D: the promises of a burst are awaited before the next. */
function tell(make: (i: number) => { readonly n: number }, sumOf: (count: number) => number): Work {
  return async ({ actor }, count) => {
    const startNs = nowNs();
    for (let i = 0; i < count; i += BURST) {
      const burst: Promise<void>[] = [];
      for (let j = i; j < Math.min(i + BURST, count); j++) burst.push(actor.send('inc', make(j)));
      await Promise.all(burst);
    }
    let sum = await actor.sendAndReceive<number>('take');
    while (sum < sumOf(count)) sum += await actor.sendAndReceive<number>('take');
    const endNs = nowNs();
    check(sum === sumOf(count), () => `the sum is ${sum}, not ${sumOf(count)}`);
    return [rate(count, endNs - startNs, 'msg/s')];
  };
}

/** B and C. */
function pingPong(isTimed: boolean): Work {
  return async ({ actor }, count) => {
    const latenciesUs = new Float64Array(isTimed ? count : 0);
    const startNs = nowNs();
    for (let i = 0; i < count; i++) {
      const sentMs = isTimed ? performance.now() : 0;
      const answer = await actor.sendAndReceive<number>('echo', i);
      if (isTimed) latenciesUs[i] = (performance.now() - sentMs) * 1e3;
      check(answer === i, () => `ping ${i} came back as ${answer}`);
    }
    return roundTripFigures(count, nowNs() - startNs, latenciesUs.sort());
  };
}

/** J. */
const ask: Work = async ({ actor }, count) => {
  const call = (i: number): Promise<number> => actor.sendAndReceive<number>('next', i);
  const { startNs, endNs, sum } = await inFlight(count, OUTSTANDING, call);
  check(sum === count, () => `${sum} answers to ${count} questions`);
  return [rate(count, endNs - startNs, 'req/s')];
};

const integers = (count: number): number => (count * (count - 1)) / 2;

interface Plan {
  readonly mode: 'in-memory' | 'threaded';
  readonly work: Work;
  /** How much takes about a second; in `smoke` little. */
  readonly full: number;
  readonly smoke: number;
}

const PLANS: Readonly<Record<string, Plan>> = {
  'tell-local': { mode: 'in-memory', work: tell(makeOne, (n) => n), full: 500_000, smoke: 5000 },
  'pingpong-local': { mode: 'in-memory', work: pingPong(false), full: 300_000, smoke: 1000 },
  'pingpong-cross': { mode: 'threaded', work: pingPong(true), full: 5000, smoke: 200 },
  'tell-cross-int': { mode: 'threaded', work: tell(makeInt, integers), full: 50_000, smoke: 1000 },
  'ask-cross': { mode: 'threaded', work: ask, full: 32_000, smoke: 1600 },
};

/** What comedy can do of a bench; the second thread of D, C and J is its own, the first the main one. */
export function comedySubject(bench: string, scale: Scale): Subject | undefined {
  const plan = PLANS[bench];
  if (plan === undefined) return undefined;
  return new PeerSubject({
    name: 'comedy',
    count: countOf(scale, plan.full, plan.smoke),
    open: () => open(plan.mode),
    work: plan.work,
    close: ({ system }) => system.destroy(),
  });
}
