import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { audit } from '../../examples/shop/audit.js';

const MAIN = fileURLToPath(new URL('../../examples/shop/main.js', import.meta.url));

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN], (_, out, err) => {
      resolve({ code: child.exitCode, out, err });
    });
  });
}

t.test(
  'the shop goes on through crashes, deaths and an outage, and its counts add up',
  async (t) => {
    const { code, out, err } = await run();
    t.equal(err, '');
    t.equal(code, 0, out);
    const story = [
      'registry: payments-1, payments-2, payments-3\n',
      'an instance crashes\n',
      'Payments failed: crashed\n',
      'a thread dies, with the instance on it\n',
      'thread 2 died\n',
      'registry: payments-1, payments-3\n',
      'thread 2 was replaced\n',
      'registry: payments-1, payments-2, payments-3\n',
      'the bank is away\n',
      'breaker payments: closed -> open\n',
      'the bank is back\n',
      'breaker payments: half-open -> closed\n',
      'equal: every order is accounted for\n',
    ];
    let position = 0;
    for (const line of story) {
      const found = out.indexOf(line, position);
      t.ok(found >= 0, line.trim());
      position = Math.max(position, found);
    }
    t.notMatch(out, /Replica failed|Registry\w* failed|Cache\w* failed/, 'nothing else fails');
    const numbers = (pattern: RegExp): number[] =>
      [...(pattern.exec(out) ?? [])].slice(1).map(Number);
    const [orders, paid, later, not] = numbers(
      /orders: (\d+) = (\d+) paid \+ (\d+) found later \+ (\d+) not charged/,
    ) as [number, number, number, number];
    t.equal(orders, paid + later + not);
    t.same(numbers(/charges: (\d+) booked/), [paid + later]);
    t.ok(paid > 0 && not > 0, 'most are paid, some are refused');
    const [read, loaded] = numbers(/prices: (\d+) read, (\d+) loaded/) as [number, number];
    t.equal(read, orders);
    t.ok(
      loaded >= 5 && loaded <= 20,
      `${loaded} loads: once for each product, once more after a death`,
    );
  },
);

t.test('the audit finds what is lost, doubled or made up', async (t) => {
  const orders = [
    { id: 'a', cents: 1, isPaid: true },
    { id: 'b', cents: 2, isPaid: false },
    { id: 'c', cents: 3, isPaid: false },
  ];
  const right = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  t.same(audit(orders, right), { orders: 3, paid: 1, foundLater: 1, notCharged: 1, faults: [] });
  t.match(audit(orders, new Map()).faults, [/a has a receipt/, /more charges/]);
  t.match(audit(orders, new Map([['a', 9]])).faults, ['a: 9, not 1']);
  t.match(audit(orders, new Map([...right, ['d', 4]])).faults, [/d was charged/, /more charges/]);
});
