import { defineCodec } from '../../../runtime/index.js';

/** Environment variable that makes a thread end while it starts: `throw`, `exit` or nothing. */
export const DIES_AT_START = 'TROUPE_TEST_DIES_AT_START';

/** A value that only this codec can carry. */
class Token {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

// A thread gets a copy of the environment when it is made, and loads its codecs before anything else.
const how = process.env[DIES_AT_START];
if (how === 'throw') throw new RangeError('cannot be loaded');
if (how === 'exit') process.exit(9);

/** A codec of a module that can end the thread that loads it. */
export const TokenCodec = defineCodec({
  module: import.meta.url,
  name: 'TokenCodec',
  class: Token,
  encode: ({ text }: Token) => text,
  decode: (text) => new Token(text as string),
});
