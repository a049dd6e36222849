import t from 'tap';
import { rejection } from '../support/errors.js';
import { PLACES } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { type Failure, Oracle } from './fixtures/oracle.js';

const PROMISE = 'errors keep class, name, code, message, stack and cause';

for (const { where, placement } of PLACES) {
  t.test(`${PROMISE}, ${where}`, async (t) => {
    const system = await startSystem(t, { supervision: { intensity: 100 } });
    for (const late of [false, true]) {
      const fail = (how: Failure) =>
        rejection(system.spawn(Oracle, undefined, { placement }).ask({ type: 'fail', how, late }));

      await t.test(`class, name, message and stack, ${late ? 'rejected' : 'thrown'}`, async (t) => {
        const error = await fail('type-error');
        t.ok(error instanceof TypeError);
        t.equal(error.name, 'TypeError');
        t.equal(error.message, 'not of that type');
        t.match(error.stack, /failureOf.*oracle/s, 'the stack is that of where it was thrown');
      });

      await t.test(
        `name, code and properties of a class of the user's, late: ${late}`,
        async (t) => {
          const error = await fail('mishap');
          t.ok(error instanceof Error);
          t.match(error, { name: 'Mishap', code: 'E_MISHAP', message: 'it slipped' });
          t.same((error as { details?: unknown }).details, { tries: 3 });
        },
      );

      await t.test(`the errors of an AggregateError, late: ${late}`, async (t) => {
        const error = (await fail('aggregate')) as AggregateError;
        t.ok(error instanceof AggregateError);
        t.ok(error.errors[0] instanceof RangeError);
        t.same(
          error.errors.map((each: Error) => each.message),
          ['one', 'two'],
        );
      });

      await t.test(`the chain of causes, late: ${late}`, async (t) => {
        const error = await fail('caused');
        t.equal(error.message, 'outer');
        t.ok(error.cause instanceof RangeError);
        t.equal((error.cause as Error).message, 'inner');
        t.same((error.cause as Error).cause, { depth: 2 });
      });

      await t.test(`what is no error arrives as it was thrown, late: ${late}`, async (t) => {
        t.equal(await fail('text'), 'just a text');
      });

      await t.test(`an error that holds what cannot be sent, late: ${late}`, async (t) => {
        const error = await fail('unsendable');
        t.equal(error.message, 'holds a function');
        const { handle } = error as unknown as { handle: unknown };
        if (placement === 0) t.type(handle, 'function');
        else t.match(handle, /^\[not sent: a function/);
      });
    }
  });
}
