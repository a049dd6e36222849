import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { ManualClock } from '../../runtime/base/clock.js';
import { Doorbell } from '../../runtime/memory/doorbell.js';
import { type LoopOptions, ThreadLoop, type Turnable } from '../../runtime/worker/thread-loop.js';
import { until } from '../support/turns.js';
import type { RingerSetup } from './fixtures/ringer.js';

const BELL = 3;
const WORD = 20;

/** A loop, what it drives, and a log of what happened in which order. */
class Rig implements Turnable {
  readonly clock = new ManualClock();
  readonly words = new Int32Array(new SharedArrayBuffer(128));
  readonly bell = new Doorbell(this.words, BELL);
  readonly log: string[] = [];
  readonly loop: ThreadLoop;
  /** Busy turns to come. */
  busy = 0;
  /** Time that a turn takes. */
  turnMs = 0;
  idleMs = Number.POSITIVE_INFINITY;
  parks = 0;
  turns = 0;
  onTurn = (): void => {};
  /** Answers the looks for work. */
  look = (): boolean => false;

  constructor(t: Test, options: Partial<LoopOptions> = {}) {
    this.loop = new ThreadLoop(this, this.bell, { ioBudgetMs: 2, spinMs: 0, ...options });
    t.teardown(() => this.loop.stop());
  }

  /** The times that the turns were given. */
  readonly given: (number | undefined)[] = [];

  turn(nowMs?: number): boolean {
    this.given.push(nowMs);
    this.turns++;
    this.log.push('turn');
    this.clock.advance(this.turnMs);
    this.onTurn();
    return this.busy-- > 0;
  }

  get hasWork(): boolean {
    return this.look();
  }

  get seemsToHaveNews(): boolean {
    return this.look();
  }

  parked(): void {
    this.parks++;
    this.log.push('park');
  }

  /** How many wait on the bell, who are woken by this. */
  wakeWaiters(): number {
    return Atomics.notify(this.words, BELL);
  }

  async untilParked(parks = this.parks + 1): Promise<void> {
    await until(`parked ${parks} times`, () => this.parks >= parks);
  }
}

t.test('a wake makes one turn, in a microtask', async (t) => {
  const rig = new Rig(t);
  rig.loop.wake();
  rig.loop.wake();
  rig.log.push('after wake');
  await Promise.resolve();
  rig.log.push('after microtasks');
  t.same(rig.log, ['after wake', 'turn', 'park', 'after microtasks']);
});

t.test(
  'a turn for what polling has found is given the time before the look, any other none',
  async (t) => {
    const rig = new Rig(t, { spinMs: 50 });
    rig.clock.advance(100);
    let looks = 0;
    rig.look = () => {
      looks++;
      rig.clock.advance(0.001);
      return looks === 40;
    };
    rig.onTurn = () => rig.clock.advance(1);
    rig.loop.wake();
    await until('three turns', () => rig.turns >= 3);
    const [first, ...later] = rig.given;
    const given = later.filter((nowMs) => nowMs !== undefined && nowMs >= 0);
    t.ok(first === undefined || first < 0, 'woken: it reads the clock itself');
    t.equal(given.length, 1, `${rig.given}`);
    // A turn took a millisecond, and in the glance of the find were 8 of the 40 looks.
    t.ok(given[0]! >= 101.03 && given[0]! <= 102.04, `${given[0]}`);
  },
);

t.test('while there is something to do, microtasks run between the turns', async (t) => {
  const rig = new Rig(t);
  rig.busy = 2;
  rig.onTurn = () => void Promise.resolve().then(() => rig.log.push('microtask'));
  rig.loop.wake();
  await rig.untilParked();
  await Promise.resolve();
  t.same(rig.log, ['turn', 'microtask', 'turn', 'microtask', 'turn', 'park', 'microtask']);
});

t.test(
  'work that a microtask brings after it has parked begins a turn before the event loop',
  async (t) => {
    const rig = new Rig(t);
    setImmediate(() => rig.log.push('event loop'));
    rig.onTurn = () => {
      rig.onTurn = () => {};
      void Promise.resolve()
        .then(() => {})
        .then(() => rig.loop.wake());
    };
    rig.loop.wake();
    await until('the event loop', () => rig.log.includes('event loop'));
    t.same(rig.log, ['turn', 'park', 'turn', 'park', 'event loop']);
    t.equal(rig.wakeWaiters(), 1, 'on one wait');
  },
);

t.test('turns that are never idle let the event loop run after their budget', async (t) => {
  const rig = new Rig(t, { ioBudgetMs: 2 });
  rig.busy = 1000;
  rig.turnMs = 0.5;
  rig.loop.wake();
  const between: number[] = [];
  let before = 0;
  await new Promise<void>((resolve) => {
    const immediate = (): void => {
      between.push(rig.turns - before);
      before = rig.turns;
      if (between.length < 5) setImmediate(immediate);
      else resolve();
    };
    setImmediate(immediate);
  });
  rig.busy = 0;
  t.ok(rig.turns > 5);
  for (const turns of between) t.ok(turns <= 5, `${turns} turns of half a millisecond`);
});

t.test(
  'when idle and not to poll it parks after one look, and holds up no event loop',
  async (t) => {
    const rig = new Rig(t);
    let looks = 0;
    rig.look = () => {
      looks++;
      t.ok(rig.bell.parked, 'it looks once it has said that it parks');
      return false;
    };
    setImmediate(() => rig.log.push('event loop'));
    rig.loop.wake();
    await until('the event loop', () => rig.log.includes('event loop'));
    t.same(rig.log, ['turn', 'park', 'event loop']);
    t.equal(looks, 1);
    t.ok(rig.bell.parked, 'and says so');
  },
);

t.test('work that comes again and again while it rests lets the event loop run too', async (t) => {
  const rig = new Rig(t, { ioBudgetMs: 2 });
  rig.turnMs = 0.5;
  let isOver = false;
  const feed = async (): Promise<void> => {
    while (!isOver) {
      rig.busy = 1;
      rig.loop.wake();
      const { turns } = rig;
      // As many microtasks as it may take, and then a round of the event loop.
      for (let i = 0; i < 20 && rig.turns === turns; i++) await Promise.resolve();
      if (rig.turns === turns) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const between: number[] = [];
  let before = 0;
  const feeding = feed();
  await new Promise<void>((resolve) => {
    const immediate = (): void => {
      between.push(rig.turns - before);
      before = rig.turns;
      if (between.length < 5) setImmediate(immediate);
      else resolve();
    };
    setImmediate(immediate);
  });
  isOver = true;
  await feeding;
  t.ok(rig.turns > 5);
  for (const turns of between) t.ok(turns <= 5, `${turns} turns of half a millisecond`);
});

t.test('a bell wakes it, and it parks again on the same wait', async (t) => {
  const rig = new Rig(t);
  rig.loop.wake();
  await rig.untilParked();
  for (let round = 0; round < 3; round++) {
    rig.log.length = 0;
    t.ok(rig.bell.ring());
    await rig.untilParked();
    t.equal(rig.log[0], 'turn');
  }
  for (let round = 0; round < 3; round++) {
    rig.loop.wake();
    t.notOk(rig.bell.parked, 'woken from within, it does not look asleep');
    await rig.untilParked();
  }
  t.equal(rig.wakeWaiters(), 1, 'one wait, however often it parked');
});

t.test('work that came before the look after the announcement keeps it awake', async (t) => {
  const rig = new Rig(t);
  const { promise, resolve } = deferred();
  rig.look = () => {
    if (!rig.bell.parked) return false;
    rig.look = () => false;
    rig.onTurn = () => {
      rig.onTurn = () => {};
      t.equal(rig.parks, 0);
      t.notOk(rig.bell.parked, 'it took its word back');
      resolve();
    };
    return true;
  };
  rig.loop.wake();
  await promise;
});

t.test('a bell between the look and the sleep keeps it awake', async (t) => {
  const rig = new Rig(t);
  const { promise, resolve } = deferred();
  rig.look = () => {
    // It looks, finds nothing, and then somebody publishes and rings.
    if (!rig.bell.ring()) return false;
    rig.look = () => false;
    rig.onTurn = () => {
      rig.onTurn = () => {};
      t.equal(rig.parks, 0);
      resolve();
    };
    return false;
  };
  rig.loop.wake();
  await promise;
  await rig.untilParked(1);
});

t.test('a bell between the look and the sleep is heard by a wait that is still open', async (t) => {
  const rig = new Rig(t);
  rig.loop.wake();
  await rig.untilParked();
  let isLate = false;
  let turns = 0;
  rig.look = () => {
    if (isLate || !rig.bell.ring()) return false;
    isLate = true;
    turns = rig.turns;
    return false;
  };
  rig.loop.wake();
  await until('the late bell', () => isLate);
  await until('the turn that it asked for', () => rig.turns > turns);
  t.pass();
});

t.test('a timer wakes it, and one that is due already keeps it awake', async (t) => {
  const rig = new Rig(t);
  rig.idleMs = 0.25;
  rig.loop.wake();
  await rig.untilParked();
  const asleep = rig.turns;
  await rig.untilParked();
  t.ok(rig.turns > asleep, 'nobody rang');
  rig.turnMs = 1; // time goes on, so that the event loop has its rounds
  rig.idleMs = 0;
  const { turns } = rig;
  await until('turns without a park', () => rig.turns > turns + 3);
  const { parks } = rig;
  await until('more of them', () => rig.turns > turns + 6);
  t.equal(rig.parks, parks);
  rig.idleMs = Number.POSITIVE_INFINITY;
  await rig.untilParked();
});

t.test('a timer beyond what the event loop can measure does not fire at once', async (t) => {
  const rig = new Rig(t);
  rig.idleMs = 2 ** 40;
  rig.loop.wake();
  await rig.untilParked();
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve));
  t.equal(rig.parks, 1);
});

t.test('before it parks it polls for a while, and finds work without a bell', async (t) => {
  const rig = new Rig(t, { spinMs: 5, ioBudgetMs: 2 });
  let looks = 0;
  let events = 0;
  rig.look = () => {
    rig.clock.advance(0.01);
    return ++looks === 300;
  };
  const count = (): void => {
    events++;
    if (rig.parks === 0) setImmediate(count);
  };
  setImmediate(count);
  rig.busy = 0;
  rig.loop.wake();
  await until('the work was found', () => looks >= 300);
  t.equal(rig.parks, 0);
  t.ok(events > 0, 'with rounds of the event loop in between');
  await rig.untilParked();
  t.ok(rig.clock.now() >= 5, 'not before its time');
});

t.test('code behind an await goes on before the thread polls', async (t) => {
  const rig = new Rig(t, { spinMs: 50, ioBudgetMs: 20 });
  const { promise, resolve } = deferred();
  let looks = 0;
  rig.look = () => {
    looks++;
    rig.clock.advance(0.01);
    return false;
  };
  rig.busy = 1;
  rig.onTurn = async () => {
    rig.onTurn = () => {};
    for (let step = 0; step < 100; step++) await null;
    t.ok(looks < 50, `${looks} looks before the last of 100 steps`);
    resolve();
  };
  rig.loop.wake();
  await promise;
  await rig.untilParked();
  t.ok(looks > 1000, `${looks} looks afterwards`);
});

t.test('after a stop no turn begins, and nobody waits on the bell any more', async (t) => {
  const rig = new Rig(t);
  rig.loop.wake();
  await rig.untilParked();
  const { turns } = rig;
  rig.loop.stop();
  t.equal(rig.wakeWaiters(), 0);
  t.notOk(rig.bell.parked);
  rig.loop.wake();
  rig.bell.ring();
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve));
  t.equal(rig.turns, turns);
});

t.test('a stop in the middle of a turn, or before it, is the end too', async (t) => {
  const rig = new Rig(t);
  rig.busy = 100;
  rig.onTurn = () => rig.loop.stop();
  rig.loop.wake();
  const early = new Rig(t);
  early.loop.wake();
  early.loop.stop();
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve));
  t.equal(rig.turns, 1);
  t.equal(early.turns, 0);
});

t.test('no bell of another thread is lost, whenever it rings', async (t) => {
  for (const spinMs of [0, 0.02]) {
    const rig = new Rig(t, { spinMs, ioBudgetMs: 1 });
    const count = 20_000;
    let seen = 0;
    rig.look = () => {
      rig.clock.advance(0.001);
      return Atomics.load(rig.words, WORD) !== seen;
    };
    rig.onTurn = () => {
      const now = Atomics.load(rig.words, WORD);
      rig.busy = now === seen ? 0 : 1;
      seen = now;
    };
    const setup: RingerSetup = { words: rig.words, bellIndex: BELL, wordIndex: WORD, count };
    const ringer = new Worker(new URL('./fixtures/ringer.js', import.meta.url), {
      workerData: setup,
    });
    // Asked for before the wait below: the thread may be gone by the time its last count is seen.
    const exited = new Promise((resolve) => ringer.once('exit', resolve));
    rig.loop.wake();
    // Nothing but the bell may wake it: `until` would turn the event loop, and so this waits by one promise.
    const keepAlive = setInterval(() => {}, 60_000);
    await new Promise<void>((resolve) => {
      const { onTurn } = rig;
      rig.onTurn = () => {
        onTurn();
        if (seen === count) resolve();
      };
    });
    await exited;
    clearInterval(keepAlive);
    t.equal(seen, count);
    t.ok(rig.parks > 0, `${rig.parks} parks, ${rig.turns} turns`);
    rig.loop.stop();
  }
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
