import t from 'tap';
import { SeededRandom } from 'troupe';
import { type Money, money } from '../../../examples/bank/money.js';
import { audit, type Books } from '../../../examples/cluster/audit.js';
import type { Evidence, Fact } from '../../../examples/cluster/evidence.js';
import type { Request, SettingUse } from '../../../examples/cluster/load/customer.js';
import type { Kind } from '../../../examples/cluster/load/workload.js';

const eur = (text: string): Money => money('EUR', text);

function request(
  key: string,
  kind: Kind,
  path: string,
  body: Record<string, string>,
  status = 201,
): Request {
  const job = { key, kind, method: 'POST', path, body };
  return { job, beganMs: 0, endedMs: 1, status, body: '' };
}

const REQUESTS: readonly Request[] = [
  request('r-1', 'deposit', '/accounts/a/deposits', { amount: '9.00' }),
  request('r-2', 'transfer', '/transfers', { from: 'a', to: 'b', amount: '4.00' }),
  request('r-3', 'order', '/orders', { account: 'b', product: 'tea', price: '1.00' }),
  request('r-4', 'transfer', '/transfers', { from: 'a', to: 'b', amount: '90.00' }, 409),
];

const fact = (key: string, id: string, event: Fact['event']): Fact => {
  return { kind: event.type === 'placed' ? 'Order' : 'Account', key, id, event };
};
const deposited = fact('r-1', 'a', { type: 'deposited', amount: eur('9.00') });
const sent = fact('r-2', 'a', { type: 'sent', amount: eur('4.00'), to: 'b' });
const received = fact('r-2', 'b', { type: 'received', amount: eur('4.00'), from: 'a' });
const withdrawn = fact('r-3', 'b', { type: 'withdrawn', amount: eur('1.00') });
const placed = fact('r-3', 'r-3', {
  type: 'placed',
  account: 'b',
  product: 'tea',
  price: eur('1.00'),
});

const balances = new Map([
  ['a', eur('5.00')],
  ['b', eur('3.00')],
]);
const EVIDENCE: Evidence = {
  facts: [deposited, sent, received, withdrawn, placed],
  packed: ['r-3'],
  nights: [
    { night: 1, by: 'one', token: 1 },
    { night: 3, by: 'two', token: 2 },
  ],
  listed: balances,
  told: balances,
};

/** What was seen of a setting: `seen` is its value and its version, null without an answer. */
function use(
  value: string | null,
  beganMs: number,
  endedMs: number,
  seen: readonly [value: string, version: number] | null,
): SettingUse {
  const answer = seen === null ? null : { value: seen[0], version: seen[1] };
  return { setting: 'fee', value, beganMs, endedMs, answer };
}
const NEVER_MS = Number.POSITIVE_INFINITY;
const USES = [use('x', 0, 1, ['x', 5]), use(null, 2, 3, ['x', 5])];
const BOOKS: Books = { run: 'r', requests: REQUESTS, uses: USES, evidence: EVIDENCE };

/** The faults that are found when something of it is otherwise, by the name of their question. */
function faults(change: Partial<Omit<Books, 'evidence'>>, evidence: Partial<Evidence> = {}) {
  const findings = audit({ ...BOOKS, ...change, evidence: { ...EVIDENCE, ...evidence } });
  return Object.fromEntries(
    findings.filter((each) => each.faults.length > 0).map((each) => [each.name, each.faults]),
  );
}

t.test('books that are right have no faults', async (t) => {
  t.same(faults({}), {});
  t.match(
    audit(BOOKS).map(({ text }) => text),
    [
      '9.00 EUR paid in = 8.00 EUR in 2 accounts + 1.00 EUR for orders',
      '3 acknowledged, each there exactly once; 1 refused, none of them there',
      '5 events in the list of balances, 1 orders packed, each once',
      '2 uses of settings, 0 of them without an answer: linearizable',
      '2 nights closed, each once, by 2 leaders one after the other',
    ],
  );
});

t.test('money that is missing or made is found', async (t) => {
  const told = new Map([...balances, ['b', eur('2.99')]]);
  t.same(faults({}, { told, listed: told }), { money: ['0.01 EUR is missing'] });
  const half = faults({}, { facts: [deposited, sent, withdrawn, placed] });
  t.match(half['money'], ['4.00 EUR was sent and not received']);
});

t.test('requests that are lost, doubled, made up or done after a refusal are found', async (t) => {
  const { facts } = EVIDENCE;
  const of = (change: Partial<Omit<Books, 'evidence'>>, all: readonly Fact[] = facts) =>
    faults(change, { facts: all })['requests'];
  t.same(of({}, facts.slice(1)), [`r-1 is '', not 'deposited a 9.00 EUR'`]);
  t.same(of({}, [...facts, deposited]), [
    `r-1 is 'deposited a 9.00 EUR, deposited a 9.00 EUR', not 'deposited a 9.00 EUR'`,
  ]);
  const refused = { ...deposited, key: 'r-4' };
  t.same(of({}, [...facts, refused]), [`r-4 is 'deposited a 9.00 EUR', not ''`]);
  t.same(of({}, [...facts, { ...deposited, key: 'r-5' }]), ['nobody asked for r-5']);
  t.equal(of({}, [...facts, { ...deposited, key: 'former-5' }]), undefined, 'of another run');
  const open = request('r-6', 'deposit', '/accounts/a/deposits', { amount: '1.00' }, 0);
  t.same(of({ requests: [...REQUESTS, open] }), ['r-6 has never been answered']);
});

t.test('events that are missing in a read model, or twice in it, are found', async (t) => {
  t.same(faults({}, { packed: [] }), { events: ['order r-3 was packed 0 times'] });
  t.same(faults({}, { packed: ['r-3', 'r-3'] }), { events: ['order r-3 was packed 2 times'] });
  t.same(faults({}, { packed: ['r-3', 'x'] }), { events: ['order x was packed, not placed'] });
  const listed = new Map([...balances, ['a', eur('5.01')]]);
  t.same(faults({}, { listed }), { events: ['a: the list of balances is wrong'] });
  t.same(faults({}, { listed: new Map([['a', eur('5.00')]]) }), {
    events: ['b: the list of balances is wrong'],
  });
});

t.test('a setting that was read as it cannot have been is found', async (t) => {
  const wrong = { raft: ['fee: violation'] };
  const set = use('y', 4, 5, ['y', 6]);
  t.same(faults({ uses: [...USES, set, use(null, 6, 7, ['y', 6])] }), {});
  t.same(faults({ uses: [...USES, set, use(null, 6, 7, ['x', 5])] }), wrong, 'an old value');
  t.same(faults({ uses: [...USES, set, use(null, 6, 7, ['y', 7])] }), wrong, 'set twice');
  t.same(faults({ uses: [...USES, use('y', 4, 5, ['y', 7])] }), wrong, 'set by nobody');
  t.same(faults({ uses: [...USES, use(null, 4, 5, ['y', 6])] }), wrong, 'set by nobody');
  const open = use('y', 4, NEVER_MS, null);
  t.same(faults({ uses: [...USES, open, use(null, 6, 7, ['x', 5])] }), {}, 'not done yet');
  t.same(faults({ uses: [...USES, open, use(null, 6, 7, ['y', 6])] }), {}, 'or done');
  t.same(faults({ uses: [...USES, open, use(null, 2, 3, ['y', 6])] }), wrong, 'before its time');
});

t.test('a long history with many uses without an answer is decided', async (t) => {
  const random = new SeededRandom(9);
  const uses: SettingUse[] = [use('x', 0, 1, ['x', 1])];
  let [value, version] = ['x', 1];
  for (let i = 0; i < 5000; i++) {
    // They overlap, and take effect in the order of their numbers.
    const [beganMs, endedMs] = [10 + i - random.below(10), 10 + i + random.below(10)];
    const isOpen = random.below(20) === 0;
    const isSet = isOpen || random.below(2) === 0;
    if (isSet && (!isOpen || random.below(2) === 0)) [value, version] = [`v${i}`, version + 1];
    const seen = isOpen ? null : ([value, version] as const);
    uses.push(use(isSet ? `v${i}` : null, beganMs, isOpen ? NEVER_MS : endedMs, seen));
  }
  t.same(faults({ uses }), {});
});

t.test('a night that is closed twice, late, by a former leader or never is found', async (t) => {
  const nights = (...tokens: readonly (readonly [number, number])[]) =>
    faults({}, { nights: tokens.map(([night, token]) => ({ night, token, by: '' })) })['nights'];
  t.same(nights([1, 1], [1, 1]), ['night 1 was closed after 1']);
  t.same(nights([2, 1], [1, 1]), ['night 1 was closed after 2']);
  t.same(nights([1, 2], [2, 1]), ['night 2 was closed by a former leader']);
  t.same(nights(), ['no night was closed']);
});
