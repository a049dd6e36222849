/** A version as numbers; `pre` has the parts after the hyphen. */
interface Version {
  readonly numbers: readonly [number, number, number];
  readonly pre: readonly string[];
}

type Comparator = (version: Version) => boolean;

/** Decides whether a version lies in a range; undefined and malformed versions never do. */
export type VersionTest = (version: string | undefined) => boolean;

const VERSION = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const PART =
  /^(\^|~|>=|<=|>|<|=)?v?(\d{1,9}|[xX*])(?:\.(\d{1,9}|[xX*]))?(?:\.(\d{1,9}|[xX*]))?(?:-([0-9A-Za-z.-]+))?$/;

/** True for `MAJOR.MINOR.PATCH` with an optional pre-release and build part (semver.org, 2.0.0). */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/**
 * Compiles a range: `1.2.3`, `1.2`, `1.x`, `*`, `^1.2`, `~1.2`, `>=1 <3`, joined by `||`. As with npm, except
 * that a pre-release lies in a range by its order alone.
 * @returns undefined when the text is no range
 */
export function versionRange(range: string): VersionTest | undefined {
  const alternatives: Comparator[][] = [];
  for (const alternative of range.split('||')) {
    const comparators: Comparator[] = [];
    for (const part of alternative.trim().split(/\s+/)) {
      const comparator = part === '' ? () => true : comparatorOf(part);
      if (comparator === undefined) return undefined;
      comparators.push(comparator);
    }
    alternatives.push(comparators);
  }
  return (text) => {
    const version = text === undefined ? undefined : parse(text);
    if (version === undefined) return false;
    return alternatives.some((all) => all.every((comparator) => comparator(version)));
  };
}

function parse(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const numbers = [Number(match[1]), Number(match[2]), Number(match[3])] as const;
  return { numbers, pre: match[4]?.split('.') ?? [] };
}

function comparatorOf(part: string): Comparator | undefined {
  const match = PART.exec(part);
  if (match === null) return undefined;
  const [, operator = '', major, minor, patch, pre] = match;
  const given = [major, minor, patch].map((text) =>
    text === undefined || /[xX*]/.test(text) ? undefined : Number(text),
  );
  const knownCount = given.includes(undefined) ? given.indexOf(undefined) : 3;
  const low: Version = {
    numbers: [given[0] ?? 0, given[1] ?? 0, given[2] ?? 0],
    pre: pre?.split('.') ?? [],
  };
  const atLeast: Comparator = (version) => compare(version, low) >= 0;
  const past = (position: number): Comparator => {
    if (position < 0) return () => true;
    const end = next(low, position);
    return (version) => compare(version, end) < 0;
  };
  const isWithin = past(knownCount === 3 ? 2 : knownCount - 1);
  switch (operator) {
    case '>=':
      return atLeast;
    case '<':
      return (version) => compare(version, low) < 0;
    case '>':
      return knownCount === 3
        ? (version) => compare(version, low) > 0
        : (version) => atLeast(version) && !isWithin(version);
    case '<=':
      return knownCount === 3 ? (version) => compare(version, low) <= 0 : isWithin;
    case '^':
      return both(atLeast, past(caretPosition(low, knownCount)));
    case '~':
      return both(atLeast, past(Math.min(knownCount - 1, 1)));
    default:
      return knownCount === 3 ? (version) => compare(version, low) === 0 : both(atLeast, isWithin);
  }
}

function both(a: Comparator, b: Comparator): Comparator {
  return (version) => a(version) && b(version);
}

/** `^` allows changes right of the leftmost number that is not zero. */
function caretPosition({ numbers }: Version, knownCount: number): number {
  const position = numbers.findIndex((number) => number > 0);
  return position < 0 ? knownCount - 1 : Math.min(position, knownCount - 1);
}

/** The first version, before all its pre-releases, in which the number at `position` is one more. */
function next({ numbers }: Version, position: number): Version {
  const raised = numbers.map((number, index) => {
    if (index < position) return number;
    return index === position ? number + 1 : 0;
  });
  return { numbers: raised as unknown as Version['numbers'], pre: ['0'] };
}

function compare(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) {
    const difference = a.numbers[i]! - b.numbers[i]!;
    if (difference !== 0) return difference;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
  for (let i = 0; i < Math.max(a.pre.length, b.pre.length); i++) {
    const difference = comparePart(a.pre[i], b.pre[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const [isNumberA, isNumberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumberA && isNumberB) return Number(a) - Number(b);
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
  return a < b ? -1 : 1;
}
