import t from 'tap';
import { assert, InvariantError, unreachable } from '../../runtime/base/assert.js';

t.test('an invariant that holds costs no text', async (t) => {
  let built = 0;
  assert(true, () => `${++built}`);
  t.equal(built, 0);
});

t.test('a broken invariant is an error of its own class, with the text', async (t) => {
  try {
    assert(false, () => 'one and one are three');
    t.fail('the broken invariant went unnoticed');
  } catch (error) {
    t.ok(error instanceof InvariantError);
    t.match(error, {
      name: 'InvariantError',
      code: 'ERR_INVARIANT',
      message: 'one and one are three',
    });
  }
});

t.test('a branch that the types exclude says which value came there', async (t) => {
  t.throws(() => unreachable('a lie' as never), { name: 'InvariantError', message: /a lie/ });
});
