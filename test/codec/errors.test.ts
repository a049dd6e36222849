import t from 'tap';
import { InvariantError } from '../../runtime/base/assert.js';
import { TroupeError } from '../../runtime/base/errors.js';
import { Line } from './round-trip.js';

const line = new Line();

t.test('errors of every built-in class keep class, name, message, stack and cause', async (t) => {
  for (const Class of [
    Error,
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
  ]) {
    const cause = { why: new Class('inner') };
    const error = new Class('outer', { cause });
    const got = line.send(error) as Error;
    t.equal(Object.getPrototypeOf(got), Class.prototype);
    t.equal(got.message, 'outer');
    t.equal(got.name, error.name);
    t.equal(got.stack, error.stack);
    t.equal((got.cause as typeof cause).why.message, 'inner');
    t.same(Object.keys(got), []);
  }
  const bare = line.send(new Error()) as Error;
  t.notOk(Object.hasOwn(bare, 'message'));
  t.notOk(Object.hasOwn(bare, 'cause'));
  t.ok(Object.hasOwn(line.send(new Error('', { cause: undefined })) as Error, 'cause'));
});

t.test('a stack of any length arrives whole', async (t) => {
  for (let length = 0; length < 64; length++) {
    const error = new Error('short');
    error.stack = 'x'.repeat(length);
    t.equal((line.send(error) as Error).stack, error.stack);
    const coded = Object.assign(error, { code: 'E_CODE' });
    const got = line.send(coded) as typeof coded;
    t.equal(got.stack, error.stack);
    t.equal(got.code, 'E_CODE');
  }
});

t.test('codes, further properties and the names of custom classes arrive', async (t) => {
  class PaymentError extends RangeError {
    code = 'E_PAYMENT';
    amount = { cents: 5 };
  }
  const got = line.send(new PaymentError('no')) as PaymentError;
  t.ok(got instanceof RangeError);
  t.equal(got.name, 'PaymentError');
  t.equal(got.code, 'E_PAYMENT');
  t.same(got.amount, { cents: 5 });
  const named = Object.assign(new Error('x'), { name: 'Mine' });
  t.equal((line.send(named) as Error).name, 'Mine');
  let thrown: unknown;
  try {
    Buffer.alloc('x' as never);
  } catch (error) {
    thrown = error;
  }
  const node = line.send(thrown) as TypeError & { code: string };
  t.ok(node instanceof TypeError);
  t.equal(node.name, 'TypeError');
  t.equal(node.code, 'ERR_INVALID_ARG_TYPE');
});

t.test('a TroupeError arrives as TroupeError', async (t) => {
  const cause = new TypeError('why');
  const error = new TroupeError('ERR_NAME', { what: 'bad', where: '/a', mend: 'rename', cause });
  const got = line.send(error) as TroupeError;
  t.ok(got instanceof TroupeError);
  t.same(
    [got.code, got.where, got.mend, got.message, got.name, got.stack],
    [error.code, error.where, error.mend, error.message, error.name, error.stack],
  );
  t.ok(got.cause instanceof TypeError);
  const invariant = line.send(new InvariantError('defect')) as InvariantError;
  t.ok(invariant instanceof InvariantError);
  t.equal(invariant.code, 'ERR_INVARIANT');
});

t.test('aggregates and DOM exceptions arrive whole', async (t) => {
  const inner = new TypeError('one');
  const got = line.send(new AggregateError([inner, 2], 'all')) as AggregateError;
  t.ok(got instanceof AggregateError);
  t.ok(got.errors[0] instanceof TypeError);
  t.equal(got.errors[1], 2);
  t.equal(got.message, 'all');
  const abort = line.send(new DOMException('gone', 'AbortError')) as DOMException;
  t.ok(abort instanceof DOMException);
  t.same([abort.name, abort.message, abort.code], ['AbortError', 'gone', 20]);
});

t.test('an error that holds itself keeps its identity', async (t) => {
  const error: Error & { self?: unknown } = new Error('loop');
  error.self = error;
  error.cause = [error];
  const got = line.send(error) as typeof error;
  t.equal(got.self, got);
  t.equal((got.cause as unknown[])[0], got);
});

t.test('a property that cannot be sent says so and does not stop the error', async (t) => {
  const part = new Uint8Array(3);
  const error = Object.assign(new Error('failed', { cause: () => 1 }), {
    socket: { part, write() {} },
    code: 'E_X',
    part,
  });
  const got = line.send([error, part]) as [
    Error & { socket: unknown; code: string; part: unknown },
    unknown,
  ];
  t.match(got[0].socket, /^\[not sent: .*message\[0\]\.socket\.write/);
  t.match(got[0].cause, /^\[not sent: /);
  t.equal(got[0].code, 'E_X');
  t.equal(got[0].part, got[1]);
});

t.test('collecting no stack at the receiver leaves the limit as it was', async (t) => {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 7;
  line.send(new Error('x'));
  t.equal(Error.stackTraceLimit, 7);
  Error.stackTraceLimit = before;
});
