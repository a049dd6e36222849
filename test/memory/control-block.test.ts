import t from 'tap';
import { InvariantError } from '../../runtime/base/assert.js';
import { ControlBlock } from '../../runtime/memory/control-block.js';
import {
  GAUGE_COUNT,
  HeaderWord,
  MemberState,
  STATUS_WORDS,
  StatusWord,
} from '../../runtime/memory/control-block-descriptor.js';

t.test('another thread sees the same block', async (t) => {
  const block = ControlBlock.create(4);
  const other = ControlBlock.attach(block.memory);
  t.equal(other.members, 4);
  block.setStatus(3, StatusWord.LOAD, 17);
  t.equal(other.status(3, StatusWord.LOAD), 17);
  block.counters(2)[0] = 2 ** 53;
  t.equal(other.counters(2)[0], 2 ** 53);
  const label = block.labels(1).label('cart');
  t.equal(other.labels(1).name(label), 'cart');
  block.doorbell(0).announce();
  t.ok(other.doorbell(0).ring());
  t.notOk(block.doorbell(0).parked);
});

t.test('a block of another version of the package is refused', async (t) => {
  for (const word of [HeaderWord.MAGIC, HeaderWord.VERSION]) {
    const block = ControlBlock.create(1);
    block.words[word]!++;
    t.throws(() => ControlBlock.attach(block.memory), InvariantError);
  }
});

t.test('a member is running only in that one state', async (t) => {
  const block = ControlBlock.create(2);
  t.notOk(block.isRunning(1), 'absent at first');
  block.setStatus(1, StatusWord.STATE, MemberState.RUNNING);
  t.ok(block.isRunning(1));
  t.notOk(block.isRunning(0));
  block.setStatus(1, StatusWord.STATE, MemberState.DEAD);
  t.notOk(block.isRunning(1));
});

t.test('serials count from 1 and are never given twice', async (t) => {
  const block = ControlBlock.create(2);
  const other = ControlBlock.attach(block.memory);
  t.same([block.nextSerial(), other.nextSerial(), block.nextSerial()], [1, 2, 3]);
});

t.test('all spawners together go round the threads', async (t) => {
  const block = ControlBlock.create(2);
  const other = ControlBlock.attach(block.memory);
  const turns = [0, 1, 2, 3, 4, 5].map((i) => (i % 2 === 0 ? block : other).nextSpread(3));
  t.same(turns, [0, 1, 2, 0, 1, 2]);
  block.words[HeaderWord.SPREAD] = 2 ** 31 - 1;
  t.same([block.nextSpread(3), block.nextSpread(3)], [1, 2], 'past 2^31 too');
  block.words[HeaderWord.SPREAD] = -1;
  t.same([block.nextSpread(7), block.nextSpread(7)], [3, 0], 'and past 2^32');
});

t.test('a pinned thread is taken once until it is freed', async (t) => {
  for (const count of [1, 2, 31, 32]) {
    const block = ControlBlock.create(2);
    const other = ControlBlock.attach(block.memory);
    const all = Array.from({ length: count }, (_, i) => i);
    t.same(
      all.map((i) => (i % 2 === 0 ? block : other).takePinned(count)),
      all,
    );
    t.equal(block.takePinned(count), -1, 'all are taken');
    other.freePinned(count - 1);
    t.equal(block.takePinned(count), count - 1, 'a freed one is given again');
    for (const i of all) block.freePinned(i);
    t.equal(block.words[HeaderWord.PINNED_TAKEN], 0);
  }
  t.equal(ControlBlock.create(1).takePinned(0), -1, 'none is reserved');
});

t.test('the lowest free pinned thread is taken first', async (t) => {
  const block = ControlBlock.create(1);
  for (let i = 0; i < 5; i++) block.takePinned(5);
  for (const i of [3, 1, 4]) block.freePinned(i);
  t.same([block.takePinned(5), block.takePinned(5), block.takePinned(5)], [1, 3, 4]);
});

t.test('a gauge is claimed once until it is released', async (t) => {
  const block = ControlBlock.create(2);
  const other = ControlBlock.attach(block.memory);
  const words = Array.from({ length: GAUGE_COUNT }, (_, i) => (i % 2 ? block : other).claimGauge());
  t.equal(new Set(words).size, GAUGE_COUNT, 'each has a word of its own');
  t.notOk(words.includes(0));
  t.equal(block.claimGauge(), 0, 'all are taken');
  const word = words[7]!;
  t.equal(block.words[word], 1, 'a claimed gauge stands at 1');
  Atomics.add(block.words, word, 5);
  other.releaseGauge(word);
  t.equal(block.claimGauge(), word, 'a released one is given again');
  t.equal(other.words[word], 1, 'and begins anew');
});

t.test('gauges lie between the statuses and the counters', async (t) => {
  const block = ControlBlock.create(2);
  for (let i = 0; i < GAUGE_COUNT; i++) block.words[block.claimGauge()] = -1;
  for (const member of [0, 1]) {
    t.equal(block.status(member, STATUS_WORDS - 1), 0);
    t.ok(block.counters(member).every((count) => count === 0));
  }
});
