import { SubjectTrie } from 'troupe/actors';
import { type Bench, check, countOf, type Figure, nowNs, type Subject } from './harness.js';

const REGIONS = 100;

/** Subjects and patterns of one size: nine of ten patterns without a wildcard. */
function patterns(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    if (i % 10 !== 0) return `shop.r${i % REGIONS}.order.${i}`;
    return i % 20 === 0 ? `shop.r${i % REGIONS}.*.${i}` : `shop.r${i % REGIONS}.audit${i}.>`;
  });
}

/** Finds who listens to a subject. */
class Match implements Subject {
  readonly name: string;
  readonly #find: (subject: string) => number;
  readonly #count: number;
  readonly #patternCount: number;

  constructor(name: string, count: number, of: number, find: (subject: string) => number) {
    this.name = name;
    this.#count = count;
    this.#patternCount = of;
    this.#find = find;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const subjects = Array.from({ length: 1000 }, (_, i) => {
      const n = (i * 7919) % this.#patternCount;
      return `shop.r${n % REGIONS}.order.${n}`;
    });
    let found = 0;
    const startNs = nowNs();
    for (let i = 0; i < this.#count; i++) found += this.#find(subjects[i % 1000]!);
    const elapsedNs = nowNs() - startNs;
    check(found > this.#count * 0.9, () => `${found} found in ${this.#count} tries`);
    return [{ suffix: '', value: elapsedNs / this.#count / 1000, unit: 'us' }];
  }

  async close(): Promise<void> {}
}

/** One match against 100,000 subscriptions; a scan of 1,000 of them by regular expression beside it. */
export const bench: Bench = {
  contests: (scale) => {
    const all = patterns(countOf(scale, 100_000, 1000));
    const trie = new SubjectTrie<number>();
    for (const [i, pattern] of all.entries()) trie.add(pattern, i);
    const few = all.slice(0, 1000).map((pattern) => {
      const source = pattern.replaceAll('.', '\\.').replace('*', '[^.]+').replace('>', '.+');
      return new RegExp(`^${source}$`);
    });
    const scan = (subject: string): number => few.filter((each) => each.test(subject)).length;
    const match = (subject: string): number => trie.match(subject).length;
    const count = countOf(scale, 500_000, 1000);
    return [
      {
        bench: 'broker-match',
        subjects: [
          new Match('troupe', count, all.length, match),
          new Match('regexp/1000', countOf(scale, 5000, 100), 1000, scan),
        ],
      },
    ];
  },
};
