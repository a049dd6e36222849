import t from 'tap';
import { FunctionCheck } from '#actors/registry/function-check.js';

/** Runs a check once and lets promises settle. @returns what it has reported */
async function run(call: () => unknown): Promise<string[]> {
  const reports: string[] = [];
  const check = new FunctionCheck(call, 1000, 100, (result, output) => {
    reports.push(`${result} ${output}`.trim());
  });
  check.turn(0);
  await new Promise(setImmediate);
  return reports;
}

t.test('what a check function does has a meaning, whatever it does', async (t) => {
  t.same(await run(() => undefined), ['passing']);
  t.same(await run(() => true), ['passing']);
  t.same(await run(() => false), ['critical it said false']);
  t.same(await run(() => 'warning'), ['warning']);
  t.same(await run(() => 'critical'), ['critical']);
  t.same(await run(async () => undefined), ['passing']);
  t.same(await run(async () => false), ['critical it said false']);
  t.same(await run(() => Promise.reject(new Error('no'))), ['critical no']);
  const throws = (value: unknown) => () => {
    throw value;
  };
  t.same(await run(throws(new Error('at once'))), ['critical at once']);
  t.same(await run(throws(undefined)), ['critical undefined']);
});

t.test(
  'it runs once an interval, and one that hangs is critical and holds up nobody',
  async (t) => {
    const reports: string[] = [];
    const settle: ((value: unknown) => void)[] = [];
    const call = () => new Promise((resolve) => settle.push(resolve));
    const check = new FunctionCheck(call, 1000, 100, (result) => reports.push(result));
    check.turn(0);
    check.turn(50);
    t.equal(settle.length, 1, 'not begun again while it is under way');
    check.turn(101);
    t.same(reports, ['critical']);
    check.turn(1000);
    t.equal(settle.length, 2);
    settle[0]!(undefined);
    await new Promise(setImmediate);
    t.same(reports, ['critical'], 'a late result means nothing');
    settle[1]!(undefined);
    await new Promise(setImmediate);
    t.same(reports, ['critical', 'passing']);
  },
);
