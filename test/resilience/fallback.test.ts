import t from 'tap';
import { Fallback } from '#runtime/resilience/index.js';

t.test('a failed call gets the other value, one that succeeds its own', async (t) => {
  const fallback = new Fallback({ use: (error) => (error as Error).message.length });
  const value: string | number = await fallback.run(() => 'own');
  t.equal(value, 'own');
  t.equal(await fallback.run(() => Promise.reject(new Error('four'))), 4);
  t.equal(fallback.used, 1);
});

t.test('it stands in only for what it is for, and never for a caller that gave up', async (t) => {
  const fallback = new Fallback({ use: () => 0, when: (error) => error instanceof RangeError });
  await t.rejects(
    fallback.run(() => Promise.reject(new TypeError('other'))),
    TypeError,
  );
  const all = new Fallback({ use: () => 0 });
  const signal = AbortSignal.abort();
  await t.rejects(
    all.run(() => 1, { signal }),
    { code: 'ERR_CALL_ABORTED' },
  );
  t.equal(all.used, 0);
});

t.test('what fails in its place is what the caller gets', async (t) => {
  const fallback = new Fallback({ use: () => Promise.reject(new Error('also')) });
  await t.rejects(
    fallback.run(() => Promise.reject(new Error('first'))),
    { message: 'also' },
  );
});
