import { TroupeError } from '../../../runtime/index.js';
import type { CacheSettings } from '../options.js';
import type { Write } from '../protocol.js';
import { checkTags, checkTtl } from '../store/limits.js';
import { encodeValue } from '../values.js';

/** How a value is written. */
export interface WriteOptions {
  /** Above 0, at most 2^31, or Infinity; that of the cache when left out. */
  readonly ttlMs?: number;
  /** Each use begins the time to live anew; as the cache says when left out. */
  readonly sliding?: boolean;
  /** Names under which it can be invalidated together with others. */
  readonly tags?: readonly string[];
  /** The time to live of what is replaced goes on. */
  readonly keepTtl?: boolean;
}

/**
 * What is sent to a shard. Undefined stands for a loader that found nothing: it is remembered if the cache
 * has a `negativeTtlMs`.
 * @throws {TroupeError} ERR_CACHE_TTL, ERR_CACHE_KEY (tags), ERR_CACHE_VALUE, ERR_CACHE_TOO_LARGE
 */
export function encodeWrite(
  key: string,
  value: unknown,
  options: WriteOptions,
  settings: CacheSettings,
  where: string,
): Write {
  const { sliding = settings.sliding } = options;
  const tags = options.tags === undefined ? null : checkTags(options.tags, where);
  const keyBytes = Buffer.byteLength(key);
  if (value === undefined) {
    const ttlMs = settings.negativeTtlMs;
    return { value, bytes: keyBytes, ttlMs, keepMs: 0, sliding: false, tags };
  }
  const { ttlMs: ownMs = settings.ttlMs } = options;
  const ttlMs = checkTtl('ttlMs', ownMs, where);
  const { stored, bytes } = encodeValue(value, where);
  if (keyBytes + bytes > settings.maxEntryBytes) {
    throw new TroupeError('ERR_CACHE_TOO_LARGE', {
      what: `'${key}' and its value are ${keyBytes + bytes} bytes`,
      where,
      mend: `keep at most ${settings.maxEntryBytes}, or raise maxEntryBytes`,
    });
  }
  const keepMs = Math.max(settings.staleWhileRevalidateMs, settings.staleIfErrorMs);
  return { value: stored, bytes: keyBytes + bytes, ttlMs, keepMs, sliding, tags };
}
