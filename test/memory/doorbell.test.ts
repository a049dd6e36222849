import t from 'tap';
import { Doorbell, DoorbellState } from '../../runtime/memory/doorbell.js';

const INDEX = 3;
const LONG_MS = 60_000;

function bellIn(words: Int32Array): Doorbell {
  return new Doorbell(words, INDEX);
}

const freshWords = (): Int32Array => new Int32Array(new SharedArrayBuffer(32));

t.test('the state stands in its own word, and in no other', async (t) => {
  const words = freshWords();
  const bell = bellIn(words);
  t.notOk(bell.parked, 'a thread begins awake');
  bell.announce();
  t.ok(bell.parked);
  t.ok(bell.seemsParked);
  t.same([...words], [0, 0, 0, DoorbellState.PARKED, 0, 0, 0, 0]);
  bell.retract();
  t.notOk(bell.parked);
  t.notOk(bell.seemsParked);
  t.same([...words], [0, 0, 0, DoorbellState.AWAKE, 0, 0, 0, 0]);
});

t.test('a bell wakes only who is parked, and of many ringers one wakes it', async (t) => {
  const words = freshWords();
  const [owner, ringer, other] = [bellIn(words), bellIn(words), bellIn(words)];
  t.notOk(ringer.ring(), 'it is awake');
  owner.announce();
  t.ok(ringer.ring());
  t.notOk(owner.parked);
  t.notOk(other.ring(), 'it was woken already');
  owner.announce();
  t.ok(other.ring(), 'and can be woken anew');
  owner.announce();
  owner.retract();
  t.notOk(ringer.ring(), 'it took its word back');
});

t.test('of two ringers that both saw it parked, one has woken it', async (t) => {
  const words = freshWords();
  bellIn(words).announce();
  const { load } = Atomics;
  let otherWoke = false;
  t.teardown(() => {
    Atomics.load = load;
  });
  // The other ringer comes between the first one's load and its exchange.
  Atomics.load = ((array: Int32Array, index: number) => {
    const value = load(array, index);
    Atomics.load = load;
    otherWoke = bellIn(words).ring();
    return value;
  }) as typeof load;
  t.notOk(bellIn(words).ring());
  t.ok(otherWoke);
});

t.test('a bell before the sleep is not lost: the sleep does not begin', async (t) => {
  const bell = bellIn(freshWords());
  bell.announce();
  bell.ring();
  t.equal(bell.wait(LONG_MS), undefined);
  bell.waitBlocking(LONG_MS);
  t.notOk(bell.parked, 'the blocking sleep has returned as well');
});

t.test('a sleeper wakes by the bell, and leaves the event loop free meanwhile', async (t) => {
  const words = freshWords();
  const bell = bellIn(words);
  // A sleep does not keep the process alive, this does.
  const keepAlive = setInterval(() => {}, LONG_MS);
  bell.announce();
  const sleep = bell.wait(LONG_MS);
  t.ok(sleep instanceof Promise);
  await new Promise<void>((resolve) => setImmediate(resolve));
  t.ok(bell.parked, 'nothing but the bell wakes it');
  t.ok(bellIn(words).ring());
  t.equal(await sleep, 'ok');
  t.notOk(bell.parked);
  clearInterval(keepAlive);
});

t.test('a sleep that times out leaves the word parked, for its owner to retract', async (t) => {
  const bell = bellIn(freshWords());
  const keepAlive = setInterval(() => {}, LONG_MS);
  bell.announce();
  t.equal(await bell.wait(1), 'timed-out');
  t.ok(bell.parked);
  bell.waitBlocking(0);
  t.ok(bell.parked);
  bell.retract();
  t.notOk(bell.parked);
  clearInterval(keepAlive);
});
