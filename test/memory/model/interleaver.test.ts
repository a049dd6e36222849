import t, { type Test } from 'tap';
import { Arena } from './instruments.js';
import { type Exploration, explore } from './interleaver.js';
import type { Hand, Program } from './thread-code.js';

// Small programs whose outcomes are known from the literature (litmus tests), and the smallest
// program for each kind of fault that the search must see.

const X = 0;
const Y = 1;
const DATA = 2;
const atomics = [
  { word: X, name: 'x', value: 0 },
  { word: Y, name: 'y', value: 0 },
];

/** Explores threads a, b, ... that share three words; x and y are atomic. */
function run(
  programs: readonly ((words: Int32Array) => Program)[],
  judge?: (history: readonly number[]) => string | undefined,
): Exploration {
  const arena = new Arena(64);
  const threads = programs.map((program, index) => ({
    name: 'abc'[index]!,
    program: ((hand) => program(new Int32Array(arena.memory))(hand)) as Program,
  }));
  return explore({ arena, atomics, threads, ...(judge === undefined ? {} : { judge }) });
}

/** The distinct histories with which a run can end. */
function outcomes(programs: readonly ((words: Int32Array) => Program)[]): string[] {
  const found = new Set<string>();
  run(programs, (history) => void found.add(history.join()));
  return [...found].sort();
}

function fails(t: Test, { counterexample }: Exploration, reason: RegExp): void {
  t.match(counterexample?.reason, reason);
  for (const line of counterexample?.schedule ?? []) t.comment(line);
}

t.test('of two threads that store and then load crosswise, one sees the other', async (t) => {
  const crosswise = (mine: number, other: number) => (words: Int32Array) => (hand: Hand) => {
    Atomics.store(words, mine, 1);
    hand.report(10 * mine + Atomics.load(words, other));
  };
  const found = outcomes([crosswise(X, Y), crosswise(Y, X)]);
  t.same(found, ['0,11', '1,10', '1,11'], 'never 0,10');
});

t.test('two increments in two steps can lose one, with compareExchange they cannot', async (t) => {
  const increment = (words: Int32Array) => (hand: Hand) => {
    Atomics.store(words, X, Atomics.load(words, X) + 1);
    hand.report(Atomics.load(words, X));
  };
  t.ok(outcomes([increment, increment]).includes('1,1'));
  const exchange = (words: Int32Array) => () => {
    for (let seen = Atomics.load(words, X); ; ) {
      const before = Atomics.compareExchange(words, X, seen, seen + 1);
      if (before === seen) break;
      seen = before;
    }
    if (Atomics.compareExchange(words, Y, 0, 1) !== 0 && Atomics.load(words, X) !== 2) {
      throw new Error('one is lost');
    }
  };
  t.equal(run([exchange, exchange]).counterexample, undefined);
});

t.test('data written before an atomic store may be read after a load that saw it', async (t) => {
  const give = (words: Int32Array) => () => {
    words[DATA] = 42;
    Atomics.store(words, X, 1);
  };
  const take = (words: Int32Array) => (hand: Hand) => {
    if (Atomics.load(words, X) === 1) hand.report(words[DATA]!);
  };
  t.same(outcomes([give, take]), ['', '42']);
  const early = (words: Int32Array) => () => {
    Atomics.store(words, X, 1);
    words[DATA] = 42;
  };
  fails(t, run([early, take]), /^b reads .* (nobody has written|without publishing it)$/);
  const careless = (words: Int32Array) => () => void words[DATA];
  fails(t, run([give, careless]), /^b reads/);
  const overwrites = (words: Int32Array) => () => {
    words[DATA] = 1;
  };
  fails(t, run([give, overwrites]), /writes .*which . writes at the same time$/);
});

t.test('data may be overwritten only after its reader has said so', async (t) => {
  const write = (words: Int32Array) => () => {
    words[DATA] = 1;
    Atomics.store(words, X, 1);
    if (Atomics.load(words, Y) === 1) words[DATA] = 2;
  };
  const read = (isEarly: boolean) => (words: Int32Array) => () => {
    if (Atomics.load(words, X) === 0) return;
    if (isEarly) Atomics.store(words, Y, 1);
    void words[DATA];
    if (!isEarly) Atomics.store(words, Y, 1);
  };
  t.equal(run([write, read(false)]).counterexample, undefined);
  fails(t, run([write, read(true)]), /(may still be reading|without publishing it)$/);
});

t.test('a word is atomic or it is not', async (t) => {
  fails(t, run([(words) => () => void words[X]]), /a goes to x without Atomics/);
  fails(t, run([(words) => () => void Atomics.load(words, DATA)]), /a uses Atomics on the data/);
});

t.test('a sleep that nobody ends is found, and one that is rung is not', async (t) => {
  const sleep = (words: Int32Array) => () => void Atomics.wait(words, X, 0);
  const ring = (stores: boolean) => (words: Int32Array) => () => {
    if (stores) Atomics.store(words, X, 1);
    Atomics.notify(words, X);
  };
  t.equal(run([sleep, ring(true)]).counterexample, undefined);
  fails(t, run([sleep, ring(false)]), /a sleeps for ever/);
  t.equal(run([sleep, sleep, ring(true)]).counterexample, undefined, 'it wakes both');
});

t.test('an asynchronous waiter stays in the list until it is rung', async (t) => {
  const sleep = (words: Int32Array) => (hand: Hand) => {
    const first = Atomics.waitAsync(words, X, 0);
    const second = Atomics.waitAsync(words, X, 0);
    if (first.async) hand.settle(first.value);
    if (second.async) hand.settle(second.value);
    hand.report(Number(first.async) + Number(second.async));
  };
  const ring = (words: Int32Array) => () => {
    Atomics.store(words, X, 1);
    Atomics.notify(words, X);
  };
  t.same(outcomes([sleep, ring]), ['0', '1', '2']);
  t.equal(run([sleep, ring]).counterexample, undefined);
});

t.test('what hangs on an asynchronous waiter is called when it is rung, or later', async (t) => {
  const sleep = (words: Int32Array) => (hand: Hand) => {
    const waiting = Atomics.waitAsync(words, X, 0);
    if (!waiting.async) return;
    waiting.value.then(() => hand.report(1));
    if (hand.sleep(true)) return;
    hand.report(2);
    hand.sleep(false);
  };
  const ring = (words: Int32Array) => () => {
    Atomics.store(words, X, 1);
    Atomics.notify(words, X);
  };
  t.same(outcomes([sleep, ring]), ['', '1', '2,1']);
  t.equal(run([sleep, ring]).counterexample, undefined);
  fails(t, run([sleep]), /a sleeps for ever/);
});

t.test('threads that go round for ever are found, those that may stop are not', async (t) => {
  const spin = (until: number) => (words: Int32Array) => (hand: Hand) => {
    while (Atomics.load(words, X) !== until) hand.mark('again');
  };
  const give = (words: Int32Array) => () => void Atomics.store(words, X, 1);
  t.equal(run([spin(1), give]).counterexample, undefined);
  fails(t, run([spin(2), give]), /go round for ever/);
});

t.test('every choice is followed, and code that ignores its loads is refused', async (t) => {
  const choose = () => (hand: Hand) => hand.report(hand.choose(3));
  t.same(outcomes([choose]), ['0', '1', '2']);
  let calls = 0;
  const moody = (words: Int32Array) => () => {
    for (let i = 0; i < 2; i++) Atomics.load(words, calls++ % 3);
  };
  fails(t, run([moody]), /not determined/);
});

t.test('the real Atomics are back after a search', async (t) => {
  const words = new Int32Array(new SharedArrayBuffer(4));
  run([(shared) => () => void Atomics.store(shared, X, 1)]);
  Atomics.store(words, 0, 7);
  t.equal(words[0], 7);
  t.ok(words instanceof Int32Array);
});
