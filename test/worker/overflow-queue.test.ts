import fc from 'fast-check';
import t from 'tap';
import { OverflowQueue, WaitingRecord } from '../../runtime/worker/overflow-queue.js';

const TO = { thread: 1, creator: 1, slot: 0, generation: 1 };

function record(bytes: number, isMessage = true): WaitingRecord {
  return new WaitingRecord(new Uint8Array(bytes), TO, 'note', isMessage);
}

t.test('records leave in the order in which they came', async (t) => {
  const queue = new OverflowQueue(10, 1000);
  const records = [record(8), record(16, false), record(24)];
  for (const each of records) queue.push(each);
  for (const each of records) {
    t.equal(queue.first(), each);
    queue.shift();
  }
  t.equal(queue.first(), undefined);
  queue.shift();
  t.equal(queue.length, 0, 'to take from an empty one does nothing');
});

t.test('it is full by messages or by bytes, whichever comes first', async (t) => {
  const byCount = new OverflowQueue(2, 1000);
  byCount.push(record(8));
  t.ok(byCount.hasRoom(8));
  byCount.push(record(8));
  t.notOk(byCount.hasRoom(0));
  const byBytes = new OverflowQueue(100, 64);
  byBytes.push(record(40));
  t.ok(byBytes.hasRoom(24));
  t.notOk(byBytes.hasRoom(25));
});

t.test(
  'answers and signals are let in however full it is, and take the room of bytes',
  async (t) => {
    const queue = new OverflowQueue(1, 64);
    queue.push(record(8));
    queue.push(record(100, false));
    t.equal(queue.length, 2);
    t.equal(queue.messages, 1);
    t.equal(queue.bytes, 108);
    t.notOk(queue.hasRoom(8));
  },
);

t.test('one record is let into an empty queue, however large it is', async (t) => {
  const queue = new OverflowQueue(1, 16);
  t.ok(queue.hasRoom(10_000));
  queue.push(record(10_000));
  t.notOk(queue.hasRoom(1));
  queue.shift();
  t.ok(queue.hasRoom(10_000));
});

t.test('draining gives all in order and leaves nothing', async (t) => {
  const queue = new OverflowQueue(10, 1000);
  const records = [record(8), record(8)];
  for (const each of records) queue.push(each);
  const seen: WaitingRecord[] = [];
  queue.drain((each) => seen.push(each));
  t.same(seen, records);
  t.same([queue.length, queue.messages, queue.bytes], [0, 0, 0]);
});

t.test('its sums are those of the records in it', async () => {
  const step = fc.oneof(
    fc.record({ bytes: fc.nat(100), isMessage: fc.boolean() }),
    fc.constant(null),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const queue = new OverflowQueue(5, 200);
      const model: WaitingRecord[] = [];
      for (const each of steps) {
        if (each === null) {
          queue.shift();
          model.shift();
        } else {
          const one = record(each.bytes, each.isMessage);
          queue.push(one);
          model.push(one);
        }
        const bytes = model.reduce((sum, { bytes: { length } }) => sum + length, 0);
        const messages = model.filter(({ isMessage }) => isMessage).length;
        if (queue.length !== model.length || queue.bytes !== bytes) return false;
        if (queue.messages !== messages || queue.first() !== model[0]) return false;
        const room = model.length === 0 || (messages < 5 && bytes + 10 <= 200);
        if (queue.hasRoom(10) !== room) return false;
      }
      return true;
    }),
  );
});
