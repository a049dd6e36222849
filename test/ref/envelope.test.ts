import t from 'tap';
import {
  AskEnvelope,
  messageOf,
  TimerEnvelope,
  typeOfMessage,
} from '../../runtime/ref/envelope.js';

const MESSAGE = { type: 'inc', by: 1 };
const ROW = { thread: 1, serial: 2, slot: 3, generation: 4 };

t.test('the message of an item is what stands in its envelope, or the item itself', async (t) => {
  t.equal(messageOf(MESSAGE), MESSAGE);
  t.equal(messageOf(new AskEnvelope(MESSAGE, ROW)), MESSAGE);
  t.equal(messageOf(new TimerEnvelope(MESSAGE, 'tick', 7)), MESSAGE);
  t.equal(messageOf(undefined), undefined);
});

t.test('the type of a message is told for people, whatever the message is', async (t) => {
  t.equal(typeOfMessage(MESSAGE), 'inc');
  t.equal(typeOfMessage({}), '<no type>');
  t.equal(typeOfMessage({ type: 5 }), '<no type>');
  t.equal(typeOfMessage(null), '<object>');
  t.equal(typeOfMessage(undefined), '<undefined>');
  t.equal(typeOfMessage('inc'), '<string>');
  const hostile = {
    get type(): string {
      throw new Error('not told');
    },
  };
  t.equal(typeOfMessage(hostile), '<no type>');
});
