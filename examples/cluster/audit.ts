import { add, format, type Money, money, negate } from '../bank/money.js';
import { describe, type Evidence, type Fact } from './evidence.js';
import type { Request, SettingUse } from './load/customer.js';
import { orderOf } from './setting-history.js';

/** One question of the audit, and its answer. */
export interface Finding {
  readonly name: string;
  /** What was looked at, in figures. */
  readonly text: string;
  /** What is wrong; empty when all is right. */
  readonly faults: readonly string[];
}

/** All that is compared. */
export interface Books {
  /** Begins the keys of this run. */
  readonly run: string;
  readonly requests: readonly Request[];
  readonly uses: readonly SettingUse[];
  readonly evidence: Evidence;
}

const NOTHING: Money = { currency: 'EUR', minor: 0n };

/** Whether what customers were told is what lies on disk. */
export function audit({ run, requests, uses, evidence }: Books): readonly Finding[] {
  return [
    conserved(evidence),
    once(run, requests, evidence.facts),
    projected(evidence),
    linearizable(uses),
    inOrder(evidence),
  ];
}

/** What came in is in accounts, or was paid for orders. */
function conserved({ facts, told }: Evidence): Finding {
  let [paidIn, paidOut, moved, held] = [NOTHING, NOTHING, NOTHING, NOTHING];
  for (const { event } of facts) {
    if (event.type === 'deposited') paidIn = add(paidIn, event.amount);
    if (event.type === 'placed') paidOut = add(paidOut, event.price);
    if (event.type === 'sent') moved = add(moved, event.amount);
    if (event.type === 'received') moved = add(moved, negate(event.amount));
  }
  for (const balance of told.values()) held = add(held, balance);
  const faults: string[] = [];
  if (moved.minor !== 0n) faults.push(`${format(moved)} was sent and not received`);
  const missing = add(paidIn, negate(add(held, paidOut)));
  if (missing.minor !== 0n) faults.push(`${format(missing)} is missing`);
  const text = `${format(paidIn)} paid in = ${format(held)} in ${told.size} accounts + ${format(paidOut)} for orders`;
  return { name: 'money', text, faults };
}

/** What a request has to lead to, in the words of `describe`. */
function effects({ status, job }: Request): readonly string[] {
  if (status !== 201) return [];
  const { kind, body = {}, path } = job;
  const amount = format(money('EUR', body['amount'] ?? body['price'] ?? '0'));
  const { from, to, account, product } = body;
  switch (kind) {
    case 'deposit':
      return [`deposited ${path.split('/')[2]} ${amount}`];
    case 'transfer':
      return [`sent ${from} ${to} ${amount}`, `received ${to} ${from} ${amount}`];
    case 'order':
      return [`withdrawn ${account} ${amount}`, `placed ${account} ${product} ${amount}`];
    default:
      return [];
  }
}

/** What was acknowledged is there, each once; what was refused is not, and nothing else is. */
function once(run: string, requests: readonly Request[], facts: readonly Fact[]): Finding {
  const found = new Map<string, string[]>();
  for (const fact of facts) {
    if (!fact.key.startsWith(`${run}-`)) continue;
    const of = found.get(fact.key) ?? [];
    of.push(describe(fact));
    found.set(fact.key, of);
  }
  const faults: string[] = [];
  let acknowledged = 0;
  for (const request of requests) {
    const { key } = request.job;
    const [is, should] = [found.get(key) ?? [], effects(request)].map((each) =>
      [...each].sort().join(', '),
    );
    if (request.status === 0) faults.push(`${key} has never been answered`);
    if (request.status === 201) acknowledged++;
    if (is !== should) faults.push(`${key} is '${is}', not '${should}'`);
    found.delete(key);
  }
  for (const key of found.keys()) faults.push(`nobody asked for ${key}`);
  const refused = requests.length - acknowledged;
  const text = `${acknowledged} acknowledged, each there exactly once; ${refused} refused, none of them there`;
  return { name: 'requests', text, faults };
}

/** Every event is in the read models once. */
function projected({ facts, packed, listed, told }: Evidence): Finding {
  const faults: string[] = [];
  const counts = new Map<string, number>();
  for (const order of packed) counts.set(order, (counts.get(order) ?? 0) + 1);
  let orders = 0;
  for (const { kind, id } of facts) {
    if (kind !== 'Order') continue;
    orders++;
    const count = counts.get(id) ?? 0;
    if (count !== 1) faults.push(`order ${id} was packed ${count} times`);
    counts.delete(id);
  }
  for (const id of counts.keys()) faults.push(`order ${id} was packed, not placed`);
  for (const id of new Set([...listed.keys(), ...told.keys()])) {
    const [one, other] = [listed.get(id), told.get(id)];
    if (one?.minor !== other?.minor) faults.push(`${id}: the list of balances is wrong`);
  }
  const text = `${facts.length} events in the list of balances, ${orders} orders packed, each once`;
  return { name: 'events', text, faults };
}

/** There is an order of all uses of each setting that explains what everybody saw. */
function linearizable(uses: readonly SettingUse[]): Finding {
  const faults: string[] = [];
  for (const setting of new Set(uses.map((use) => use.setting))) {
    const type = orderOf(uses.filter((use) => use.setting === setting));
    if (type !== 'linearizable') faults.push(`${setting}: ${type}`);
  }
  const open = uses.filter(({ answer }) => answer === null).length;
  const text = `${uses.length} uses of settings, ${open} of them without an answer: linearizable`;
  return { name: 'raft', text, faults };
}

/** Each night is closed once, and no leader of a former time comes in between. */
function inOrder({ nights }: Evidence): Finding {
  const faults: string[] = [];
  for (const [i, { night, token }] of nights.entries()) {
    const before = nights[i - 1];
    if (before === undefined) continue;
    if (night <= before.night) faults.push(`night ${night} was closed after ${before.night}`);
    if (token < before.token) faults.push(`night ${night} was closed by a former leader`);
  }
  if (nights.length === 0) faults.push('no night was closed');
  const leaders = new Set(nights.map(({ token }) => token)).size;
  const text = `${nights.length} nights closed, each once, by ${leaders} leaders one after the other`;
  return { name: 'nights', text, faults };
}
