import { childSpec, defineSupervisor } from 'troupe';
import { Aggregator } from './aggregator.js';
import { Reader } from './reader.js';
import { ShardCounter } from './shard-counter.js';
import { Tokenizer } from './tokenizer.js';

/** How large the tree is. */
export interface TreeSize {
  readonly tokenizerCount: number;
  readonly shardCount: number;
}

/**
 * The supervised tree. Children start in this order and stop in reverse: who is sent to before who sends.
 * One that fails is restarted alone; a thread that dies takes several along, and that is one restart.
 */
export const WordCount = defineSupervisor({
  module: import.meta.url,
  name: 'WordCount',
  strategy: 'one-for-one',
  intensity: 5,
  periodMs: 10_000,
  children: ({ tokenizerCount, shardCount }: TreeSize) => [
    childSpec(Aggregator, undefined, { name: 'aggregator', placement: 'spread' }),
    ...numbered('shard', shardCount).map((name) =>
      childSpec(ShardCounter, undefined, { name, placement: 'spread' }),
    ),
    ...numbered('tokenizer', tokenizerCount).map((name) =>
      childSpec(Tokenizer, { shardCount }, { name, placement: 'spread' }),
    ),
    childSpec(Reader, undefined, { name: 'reader', placement: 'spread' }),
  ],
});

/** `shard-0`, `shard-1` and so on. */
export function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}
