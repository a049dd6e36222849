import type { SeededRandom } from 'troupe';
import { format, type Money } from '../../bank/money.js';

/** Kinds of requests, and how many of a hundred are of each. */
export const MIX = {
  view: 36,
  transfer: 18,
  deposit: 15,
  order: 15,
  set: 8,
  get: 8,
} as const;

/** What a request is about. */
export type Kind = keyof typeof MIX;

/** All kinds. */
export const KINDS = Object.keys(MIX) as readonly Kind[];

/** A request that is to be made. */
export interface Job {
  /** Its idempotency key: the same for each try. */
  readonly key: string;
  readonly kind: Kind;
  readonly method: string;
  readonly path: string;
  /** Its body; undefined for none. */
  readonly body: Readonly<Record<string, string>> | undefined;
}

export const ACCOUNTS: readonly string[] = Array.from({ length: 60 }, (_, i) => `acc-${i}`);
export const PRODUCTS: readonly string[] = ['tea', 'bread', 'milk', 'honey', 'salt'];
export const SETTINGS: readonly string[] = ['opening-hours', 'currency', 'greeting', 'fee'];

/** What accounts hold at first, and the most that is moved at a time. */
export const OPENING: Money = { currency: 'EUR', minor: 100_000n };
const MOST_MINOR = 5000;

/** Text of an amount as the service takes it. */
export function amountText(amount: Money): string {
  return format(amount).split(' ')[0]!;
}

/** The next request of a customer, by chance. */
export function nextJob(key: string, random: SeededRandom): Job {
  const pick = (from: readonly string[]): string => from[random.below(from.length)]!;
  const amount = amountText({ currency: 'EUR', minor: BigInt(1 + random.below(MOST_MINOR)) });
  const account = pick(ACCOUNTS);
  const kind = kindOf(random.below(100));
  const post = { key, kind, method: 'POST' } as const;
  switch (kind) {
    case 'view':
      return { key, kind, method: 'GET', path: `/accounts/${account}`, body: undefined };
    case 'deposit':
      return { ...post, path: `/accounts/${account}/deposits`, body: { amount } };
    case 'transfer': {
      const others = ACCOUNTS.filter((other) => other !== account);
      return { ...post, path: '/transfers', body: { from: account, to: pick(others), amount } };
    }
    case 'order':
      return {
        ...post,
        path: '/orders',
        body: { account, product: pick(PRODUCTS), price: amount },
      };
    case 'set':
      return {
        key,
        kind,
        method: 'PUT',
        path: `/settings/${pick(SETTINGS)}`,
        body: { value: key },
      };
    case 'get':
      return { key, kind, method: 'GET', path: `/settings/${pick(SETTINGS)}`, body: undefined };
  }
}

function kindOf(dice: number): Kind {
  let left = dice;
  for (const kind of KINDS) {
    left -= MIX[kind];
    if (left < 0) return kind;
  }
  return 'view';
}
