import t from 'tap';
import { InvariantError } from '../../runtime/base/assert.js';
import {
  asError,
  ERROR_CODES,
  type ErrorCode,
  hasCode,
  TroupeError,
} from '../../runtime/base/errors.js';

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

t.test('every code is named by its kind and has a meaning in words', async (t) => {
  t.ok(CODES.length > 20);
  for (const code of CODES) {
    t.match(code, /^ERR_[A-Z]+(_[A-Z]+)*$/);
    t.match(ERROR_CODES[code], /^[a-z].*[^.]$/, code);
  }
  t.equal(new Set(Object.values(ERROR_CODES)).size, CODES.length, 'no two mean the same');
  t.notOk(CODES.includes('ERR_INVARIANT' as ErrorCode), 'a defect is none of them');
});

t.test('the message of every code says what, where and the mend, in that order', async (t) => {
  for (const code of CODES) {
    const error = new TroupeError(code, { what: '3 of 2', where: '/user/a', mend: 'send less' });
    t.equal(error.message, `3 of 2; at /user/a; mend: send less [${code}]`);
    t.match(error, { name: 'TroupeError', code, where: '/user/a', mend: 'send less' });
  }
});

t.test('parts that are not known are left out of the message', async (t) => {
  const only = new TroupeError('ERR_NAME', { what: 'the name is empty' });
  t.equal(only.message, 'the name is empty [ERR_NAME]');
  t.equal(only.where, undefined);
  t.equal(only.mend, undefined);
  t.equal(
    new TroupeError('ERR_NAME', { what: 'bad', where: 'spawn' }).message,
    'bad; at spawn [ERR_NAME]',
  );
  t.equal(
    new TroupeError('ERR_NAME', { what: 'bad', mend: 'rename' }).message,
    'bad; mend: rename [ERR_NAME]',
  );
});

t.test('a cause is kept as it is, and its absence is no cause', async (t) => {
  const cause = new Error('below');
  t.equal(new TroupeError('ERR_DAMAGED', { what: 'x', cause }).cause, cause);
  const none = new TroupeError('ERR_DAMAGED', { what: 'x', cause: undefined });
  t.ok('cause' in none, 'a cause of undefined was thrown, which is not the same as none');
  t.notOk('cause' in new TroupeError('ERR_DAMAGED', { what: 'x' }));
});

t.test('a code is recognized on any Error, also of another copy of the package', async (t) => {
  const error: unknown = new TroupeError('ERR_STOPPED', { what: 'x' });
  t.ok(hasCode(error, 'ERR_STOPPED'));
  t.notOk(hasCode(error, 'ERR_NAME'));
  t.ok(hasCode(Object.assign(new Error('copy'), { code: 'ERR_NAME' }), 'ERR_NAME'));
  t.notOk(hasCode({ code: 'ERR_NAME' }, 'ERR_NAME'), 'an object is no error');
  t.notOk(hasCode(undefined, 'ERR_NAME'));
  t.notOk(hasCode(new InvariantError('x'), 'ERR_NAME'));
});

t.test('whatever was thrown becomes an Error', async (t) => {
  const error = new TypeError('x');
  t.equal(asError(error), error, 'an error stays itself');
  const named: [unknown, string][] = [
    ['text', 'thrown: text'],
    [undefined, 'thrown: undefined'],
    [null, 'thrown: null'],
    [7n, 'thrown: 7'],
    [Symbol('s'), 'thrown: Symbol(s)'],
    [Object.create(null), 'thrown: [object Object]'],
  ];
  for (const [thrown, message] of named) {
    const made = asError(thrown);
    t.equal(made.message, message);
    t.equal(made.cause, thrown);
  }
});
