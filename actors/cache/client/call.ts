import { TroupeError } from '../../../runtime/index.js';
import type { Operation } from '../protocol.js';

/** An operation under way, and who awaits it. */
export class Call {
  readonly operation: Operation;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** The result is an encoded value, and whoever awaits it wants it decoded. */
  readonly decodes: boolean;
  /** It was sent to a shard that did not have the key any more, or that died. */
  wasRetried: boolean;

  constructor(
    operation: Operation,
    resolve: (result: unknown) => void,
    reject: (error: unknown) => void,
    decodes: boolean,
  ) {
    this.operation = operation;
    this.resolve = resolve;
    this.reject = reject;
    this.decodes = decodes;
    this.wasRetried = false;
  }

  /** Whether doing it twice is as good as once. */
  get isRead(): boolean {
    const { op } = this.operation;
    return op === 'get' || op === 'entry' || op === 'has' || op === 'lease';
  }
}

/** The key has moved again since it was asked for. */
export function movedTwice(key: string): TroupeError {
  return new TroupeError('ERR_CACHE_MOVED', {
    what: `'${key}' was with another shard twice while it was asked for`,
    where: 'cache',
    mend: 'try again; change the shards of a cache one change at a time',
  });
}
