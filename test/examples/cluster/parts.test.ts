import t from 'tap';
import { SeededRandom } from 'troupe';
import { given } from 'troupe/actors';
import { money } from '../../../examples/bank/money.js';
import { damages, damageText } from '../../../examples/cluster/damage.js';
import { Customer, type Log } from '../../../examples/cluster/load/customer.js';
import { KINDS, type Kind, MIX, nextJob } from '../../../examples/cluster/load/workload.js';
import { Order } from '../../../examples/cluster/order.js';
import { Panel } from '../../../examples/cluster/panel.js';

t.test('an order is placed once', async () => {
  const place = { type: 'place', account: 'a', product: 'tea', price: money('EUR', '1') } as const;
  const placed = { ...place, type: 'placed' } as const;
  given(Order).when(place).thenEvents(placed);
  given(Order, placed).when(place).thenRejected({ code: 'exists' });
});

t.test('failures belong to the fault during which they happened', async (t) => {
  const incidents = [
    { name: 'one', beganMs: 100, wholeMs: 150 },
    { name: 'two', beganMs: 200, wholeMs: 250 },
    { name: 'three', beganMs: 300, wholeMs: undefined },
  ];
  const failures = [
    { kind: 'view', atMs: 50, status: 503 },
    { kind: 'view', atMs: 200, status: 0 },
    { kind: 'order', atMs: 280, status: 503 },
    { kind: 'order', atMs: 299, status: 503 },
  ] as const;
  t.same(damages(incidents, failures).map(damageText), [
    'one: no request failed, recovered after 50 ms',
    'two: 3 tries failed (1 view, 2 order), recovered after 99 ms',
    'three: no request failed, never recovered',
  ]);
});

function emptyLog(): Log {
  const answeredBegan = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
  return { requests: [], uses: [], failures: [], answeredBegan, latenciesMs: [], isOver: false };
}

t.test(
  'a customer repeats under the same key what was not settled, settings excepted',
  async (t) => {
    const log = emptyLog();
    const customer = new Customer('c', new SeededRandom(3), log);
    const settled = new Map<string, number>();
    const triesOf = new Map<string, number>();
    for (let i = 0; i < 2000; i++) {
      const job = customer.next();
      triesOf.set(job.key, (triesOf.get(job.key) ?? 0) + 1);
      if (settled.has(job.key)) t.fail(`${job.key} was settled before try ${i}`);
      // Every third has no answer, every third fails.
      if (i % 3 === 1) customer.answered(503, '');
      if (i % 3 !== 2) continue;
      customer.answered(201, '{"value":null}');
      settled.set(job.key, 201);
    }
    const retried = [...triesOf].filter(([, count]) => count > 1);
    t.ok(retried.length > 100, `${retried.length} were repeated`);
    t.same(
      log.requests.map(({ job, status }) => [job.key, job.method, status]),
      log.requests.map(({ job }) => [job.key, 'POST', settled.get(job.key) ?? 0]),
    );
    t.equal(log.failures.length, 1334);
    const values = log.uses.map(({ value }) => value).filter((value) => value !== null);
    t.equal(new Set(values).size, values.length, 'no value is set twice');
    t.ok(log.uses.some(({ endedMs }) => endedMs === Number.POSITIVE_INFINITY));
  },
);

t.test('what is let go when the load ends is no failure', async (t) => {
  const log = emptyLog();
  const customer = new Customer('c', new SeededRandom(3), log);
  customer.next();
  log.isOver = true;
  customer.next();
  t.equal(log.failures.length, 0);
});

t.test('requests are of all kinds, in their shares', async (t) => {
  const random = new SeededRandom(5);
  const counts = new Map<Kind, number>();
  for (let i = 0; i < 10_000; i++) {
    const { kind, body } = nextJob(`k-${i}`, random);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (kind === 'transfer' && body?.['from'] === body?.['to']) t.fail(`to itself: k-${i}`);
  }
  for (const kind of KINDS) {
    const share = (counts.get(kind) ?? 0) / 100;
    t.ok(Math.abs(share - MIX[kind]) < 3, `${kind}: ${share} of ${MIX[kind]} %`);
  }
});

t.test('lines that stay are written above the panel of a terminal', async (t) => {
  let out = '';
  const panel = new Panel({
    isTTY: true,
    columns: 80,
    write(text: string | Uint8Array) {
      out += String(text);
      return true;
    },
  });
  panel.line('first');
  t.equal(out, 'first\n');
  const figures = { handled: [1, 2], aliveThreads: [0], breaker: 'closed' };
  panel.begin({ figures });
  t.teardown(() => panel.end());
  panel.progress({
    type: 'progress',
    answeredCount: 2,
    failedCount: 1,
    latenciesMs: [3, 5],
    answeredBegan: emptyLog().answeredBegan,
  });
  out = '';
  panel.show();
  t.match(out, /^\n +0 s +\d+ requests\/s +p50 +5 ms +p99 +5 ms +1 failed\n/);
  t.match(out, /^ {2}main +alive +0 messages\/s\n {2}thread 1 +dead +0 messages\/s\n/m);
  t.match(out, /breaker of the credit bureau: closed\n$/);
  const rows = out.split('\n').length - 1;
  out = '';
  panel.line('second');
  t.ok(out.startsWith(`\x1b[${rows}A\x1b[0Jsecond\n\n`), 'the panel moves down');
  out = '';
  panel.end();
  t.equal(out, `\x1b[${rows}A\x1b[0J`, 'and goes at the end');
});
