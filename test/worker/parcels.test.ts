import { MessageChannel } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { ParcelReceiver, ParcelSender } from '../../runtime/worker/parcels.js';
import { assertTroupeError, thrown } from '../support/errors.js';

const CONNECTION = 5;

function pair(t: Test): { sender: ParcelSender; receiver: ParcelReceiver } {
  const { port1, port2 } = new MessageChannel();
  t.teardown(() => port1.close());
  return {
    sender: new ParcelSender(port1, CONNECTION),
    receiver: new ParcelReceiver(port2, CONNECTION),
  };
}

t.test('each record finds its own attachments, in whatever order records are read', async (t) => {
  const { sender, receiver } = pair(t);
  const numbers = ['a', 'b', 'c', 'd'].map((name) => sender.post([name], []));
  t.equal(new Set(numbers).size, 4);
  const taken = [2, 0, 3, 1].map((index) => receiver.take(numbers[index]!, CONNECTION));
  t.same(taken, [['c'], ['a'], ['d'], ['b']]);
  t.equal(receiver.take(numbers[0]!, CONNECTION), undefined, 'each only once');
});

t.test('those of another connection are lost, and others are not taken for them', async (t) => {
  const { sender, receiver } = pair(t);
  const number = sender.post(['mine'], []);
  t.equal(receiver.take(number, CONNECTION - 1), undefined);
  t.equal(receiver.take(number + 7, CONNECTION), undefined, 'never posted');
  t.same(receiver.take(number, CONNECTION), ['mine']);
});

t.test('what is transferred changes hands', async (t) => {
  const { sender, receiver } = pair(t);
  const buffer = Uint8Array.of(1, 2, 3).buffer;
  const number = sender.post([buffer], [buffer]);
  t.equal(buffer.byteLength, 0);
  const [arrived] = receiver.take(number, CONNECTION) as [ArrayBuffer];
  t.same([...new Uint8Array(arrived)], [1, 2, 3]);
});

t.test('what cannot be posted is refused, and takes no number', async (t) => {
  const { sender, receiver } = pair(t);
  const first = sender.post(['first'], []);
  for (const [attachments, transfer] of [
    [[() => 1], []],
    [[sender.port], [sender.port]],
    [['twice'], [new ArrayBuffer(8)].flatMap((one) => [one, one])],
  ] as const) {
    const error = thrown(() => sender.post(attachments, transfer));
    assertTroupeError(t, error, 'ERR_NOT_SENDABLE', 'the transfer list');
  }
  t.equal(sender.post(['second'], []), first + 1);
  t.same(receiver.take(first + 1, CONNECTION), ['second']);
});

t.test('what goes beside the ring is bounded, until the records are read', async (t) => {
  const { sender } = pair(t);
  const hasRoom = (head: number): boolean => sender.hasRoom(() => head, 100);
  t.ok(hasRoom(0));
  sender.sent(64, 60);
  t.ok(hasRoom(0));
  sender.sent(128, 40);
  t.notOk(hasRoom(0));
  t.notOk(hasRoom(63));
  t.ok(hasRoom(64));
  sender.sent(192, 60);
  t.notOk(hasRoom(64));
  t.ok(hasRoom(192));
});

t.test('positions of the ring are compared as they wrap around', async (t) => {
  const { sender } = pair(t);
  sender.sent(-(2 ** 31) + 8, 100);
  t.notOk(sender.hasRoom(() => 2 ** 31 - 8, 100));
  t.ok(sender.hasRoom(() => -(2 ** 31) + 8, 100));
});
