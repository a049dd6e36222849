import type { Durability } from '../../runtime/index.js';
import { PUBLISH_CODES } from './publishing.js';

/** What became of a publication. */
export type PublishResult =
  | {
      readonly status: 'stored';
      readonly stream: string;
      readonly seq: number;
      readonly durability: Durability;
    }
  /** A message of that id was stored before, under this sequence. */
  | { readonly status: 'duplicate'; readonly stream: string; readonly seq: number }
  /** The stream has no room; the message was not stored. */
  | { readonly status: 'full'; readonly stream: string }
  /** What was expected is not so: the actual last sequence. */
  | { readonly status: 'conflict'; readonly stream: string; readonly lastSeq: number }
  /** The stream keeps what groups are interested in, and none is. */
  | { readonly status: 'no-interest'; readonly stream: string }
  /** No stream stores the subject: given to so many who listen, perhaps to nobody. */
  | { readonly status: 'delivered'; readonly subscribers: number }
  /** Another message of the atomic batch, of this index, was refused. */
  | { readonly status: 'aborted'; readonly index: number };

/** A code and its detail, in words. */
export function publishResult(
  code: number,
  detail: number,
  stream: string,
  durability: Durability,
): PublishResult {
  if (code > 0) return { status: 'stored', stream, seq: code, durability };
  switch (code) {
    case PUBLISH_CODES.duplicate:
      return { status: 'duplicate', stream, seq: detail };
    case PUBLISH_CODES.full:
      return { status: 'full', stream };
    case PUBLISH_CODES.conflict:
      return { status: 'conflict', stream, lastSeq: detail };
    case PUBLISH_CODES.noInterest:
      return { status: 'no-interest', stream };
    case PUBLISH_CODES.aborted:
      return { status: 'aborted', index: detail };
    default:
      return { status: 'delivered', subscribers: detail };
  }
}
