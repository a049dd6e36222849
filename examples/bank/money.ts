/** An amount in the smallest unit of its currency: never a float, never without its currency. */
export interface Money {
  /** ISO 4217, three capital letters. */
  readonly currency: string;
  readonly minor: bigint;
}

/** Digits after the point, where there are not two. */
const DIGITS: Readonly<Record<string, number>> = { JPY: 0, KRW: 0, BHD: 3, KWD: 3, TND: 3 };

/** `12.34`, exactly: no exponent, no digit more than the currency has. @throws {RangeError} saying which */
export function money(currency: string, text: string): Money {
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`'${currency}' is no currency`);
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = DIGITS[currency] ?? 2;
  if (whole === '' || fraction.length > digits) {
    throw new RangeError(`'${text}' is no amount of ${currency}`);
  }
  return { currency, minor: BigInt(sign + whole + fraction.padEnd(digits, '0')) };
}

/** The sum. @throws {RangeError} for two currencies */
export function add(one: Money, other: Money): Money {
  if (one.currency !== other.currency) {
    throw new RangeError(`${one.currency} and ${other.currency} do not add up`);
  }
  return { currency: one.currency, minor: one.minor + other.minor };
}

/** What has to be added to take it away. */
export function negate({ currency, minor }: Money): Money {
  return { currency, minor: -minor };
}

/** As `money` takes it, with its currency: `12.34 EUR`. */
export function format({ currency, minor }: Money): string {
  const digits = DIGITS[currency] ?? 2;
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const point = text.length - digits;
  const fraction = digits === 0 ? '' : `.${text.slice(point)}`;
  return `${minor < 0n ? '-' : ''}${text.slice(0, point)}${fraction} ${currency}`;
}

/**
 * Divides an amount, not negative, by weights so that no unit is lost: the largest remainders get one more.
 * @throws {RangeError} when there is no weight above 0
 */
export function allocate({ currency, minor }: Money, weights: readonly bigint[]): Money[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total <= 0n || minor < 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError('nothing can be divided like this');
  }
  const parts = weights.map((weight) => (minor * weight) / total);
  const rest = Number(minor - parts.reduce((sum, part) => sum + part, 0n));
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (minor * weight) % total }))
    .sort((a, b) => Number(b.remainder > a.remainder) - Number(b.remainder < a.remainder));
  for (const { index } of byRemainder.slice(0, rest)) parts[index]!++;
  return parts.map((part) => ({ currency, minor: part }));
}
