import t from 'tap';
import { notSendable, pathText } from '../../runtime/codec/not-sendable.js';

t.test('a path reads as in code', async (t) => {
  t.equal(pathText(['message']), 'message');
  t.equal(
    pathText(['message', 'user', 3, 'odd key', 'größe', '']),
    'message.user[3]["odd key"].größe[""]',
  );
  t.equal(pathText(['message', '"]']), 'message["\\"]"]');
});

t.test('the middle of a long path is left out', async (t) => {
  const text = pathText(['message', ...Array.from({ length: 1000 }, () => 0)]);
  t.ok(text.length < 100);
  t.match(text, /\(1000 levels\)$/);
});

t.test('every refusal has a mend and says what it was', async (t) => {
  for (const value of [
    () => 1,
    function named() {},
    Symbol('x'),
    new URL('http://a/'),
    new WeakMap(),
  ]) {
    const error = notSendable(value, 'message.x');
    t.equal(error.code, 'ERR_NOT_SENDABLE');
    t.equal(error.where, 'message.x');
    t.ok(error.mend);
    t.match(error.message, /cannot be sent/);
  }
});
