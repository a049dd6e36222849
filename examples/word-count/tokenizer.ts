import { defineActor, JumpHash, type KeyPlacement, NO_REPLY } from 'troupe';
import { addFile, emptyTotals } from './file-totals.js';
import { countIdentifiers } from './identifiers.js';
import type { TokenizerMessage } from './protocol.js';
import { type Tallies, type Tally, toColumns } from './tally.js';
import { countWords } from './words.js';

/**
 * Counts the identifiers and words of a unit and hands each shard its share of them. `send` resolves when
 * a share lies in the shard's mailbox, and those hold few: a slow shard slows its tokenizers down, and
 * nothing piles up between them.
 */
export const Tokenizer = defineActor<TokenizerMessage>()({
  module: import.meta.url,
  name: 'Tokenizer',
  init: ({ shardCount }: { shardCount: number }) => ({ placement: shardsOf(shardCount) }),
  handlers: {
    async tokenize({ placement }, { unitId, delivery, ...unit }, ctx) {
      const { totals, tallies } = count(unit);
      const identifiers = split(tallies.identifiers, placement, delivery.shards.length);
      const words = split(tallies.words, placement, delivery.shards.length);
      for (const index of delivery.wanted) {
        const counted = {
          identifiers: toColumns(identifiers[index]!),
          words: toColumns(words[index]!),
        };
        try {
          await delivery.shards[index]!.send({ type: 'add', unitId, counted });
        } catch (error) {
          // The shard's failure, not this actor's. The coordinator will send the unit again.
          ctx.requester().fail(error);
          return NO_REPLY;
        }
      }
      if (delivery.isPoisoned) throw new Error(`made to crash before it confirmed unit ${unitId}`);
      return { totals };
    },
  },
});

type Unit = Pick<TokenizerMessage, 'text' | 'parts' | 'unreadable' | 'binary'>;

function count({ text, parts, unreadable, binary }: Unit) {
  const totals = { ...emptyTotals(), unreadable, binary };
  const tallies: Tallies = { identifiers: new Map(), words: new Map() };
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  let at = 0;
  for (const part of parts) {
    const content = bytes.toString('utf8', at, at + part.bytes);
    countIdentifiers(content, tallies.identifiers);
    addFile(totals, part.type, part.bytes, content);
    at += part.bytes;
  }
  countWords(tallies.identifiers, tallies.words);
  return { totals, tallies };
}

/** Which shard has a word, the same on every thread. One shard more would take its own share of the words only. */
function shardsOf(count: number): KeyPlacement {
  return new JumpHash(Array.from({ length: count }, (_, shard) => ({ id: String(shard) })));
}

/** The share of each shard. */
function split(tally: Tally, placement: KeyPlacement, shardCount: number): Tally[] {
  const shares = Array.from({ length: shardCount }, (): Tally => new Map());
  for (const [key, occurrences] of tally) shares[placement.indexOf(key)]!.set(key, occurrences);
  return shares;
}
