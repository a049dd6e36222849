import { defineActor, NO_REPLY } from 'troupe';
import type { Part, ReaderMessage } from './protocol.js';
import { readSource } from './source-bytes.js';
import type { WorkUnit } from './work-units.js';

/**
 * Reads the files of a unit and has a tokenizer count them. It takes the next unit while others wait for
 * the disk or for their tokenizer (`interleave`); how many there are at a time is up to the coordinator.
 */
export const Reader = defineActor<ReaderMessage>()({
  module: import.meta.url,
  name: 'Reader',
  turn: 'interleave',
  init: () => null,
  handlers: {
    async read(_state, { unit, tokenizer, delivery }, ctx) {
      const requester = ctx.requester();
      const loaded = await load(unit);
      // The bytes change hands: between threads they are not copied.
      const receipt = ctx.ask(
        tokenizer,
        { type: 'tokenize', unitId: unit.id, ...loaded, delivery },
        { transfer: [loaded.text.buffer], timeoutMs: 30_000 },
      );
      // A failure of the tokenizer is passed on, not thrown: it is not this actor's own.
      await receipt.then(
        (value) => requester.reply(value),
        (error) => requester.fail(error),
      );
      return NO_REPLY;
    },
  },
});

interface Loaded {
  readonly text: Uint8Array<ArrayBuffer>;
  readonly parts: readonly Part[];
  readonly unreadable: number;
  readonly binary: number;
}

async function load(unit: WorkUnit): Promise<Loaded> {
  const contents: Buffer[] = [];
  const parts: Part[] = [];
  const skipped = { unreadable: 0, binary: 0 };
  for (const { path, type } of unit.files) {
    const bytes = await readSource(path);
    if (typeof bytes === 'string') skipped[bytes]++;
    else {
      contents.push(bytes);
      parts.push({ type, bytes: bytes.length });
    }
  }
  return { text: joined(contents), parts, ...skipped };
}

/** The contents in a buffer of their own, which can be transferred; Buffer.concat may use a shared pool. */
function joined(contents: readonly Buffer[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(contents.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const content of contents) {
    all.set(content, at);
    at += content.length;
  }
  return all;
}
