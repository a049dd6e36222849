import { TroupeError } from '../../../runtime/index.js';
import type { CacheSettings } from '../options.js';
import type { Write } from '../protocol.js';
import { checkTags, checkTtl } from '../store/limits.js';
import { type EncodedValue, encodeValue } from '../values.js';

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
 * What a loader's value becomes. Undefined: it found nothing, which is remembered if the cache has a
 * `negativeTtlMs`.
 * @throws {TroupeError} as `writeOf`; ERR_CACHE_VALUE
 */
export function encodeWrite(
  key: string,
  value: unknown,
  options: WriteOptions,
  settings: CacheSettings,
  where: string,
): Write {
  if (value !== undefined) {
    return writeOf(key, encodeValue(value, where), options, settings, where);
  }
  const tags = tagsOf(options, where);
  const ttlMs = settings.negativeTtlMs;
  return { value, bytes: Buffer.byteLength(key), ttlMs, keepMs: 0, sliding: false, tags };
}

/**
 * What is sent to a shard to keep a value.
 * @throws {TroupeError} ERR_CACHE_TTL, ERR_CACHE_KEY (tags), ERR_CACHE_TOO_LARGE
 */
export function writeOf(
  key: string,
  encoded: EncodedValue,
  options: WriteOptions,
  settings: CacheSettings,
  where: string,
): Write {
  const { sliding = settings.sliding, ttlMs = settings.ttlMs } = options;
  const tags = tagsOf(options, where);
  checkTtl('ttlMs', ttlMs, where);
  const bytes = Buffer.byteLength(key) + encoded.bytes;
  if (bytes > settings.maxEntryBytes) {
    throw new TroupeError('ERR_CACHE_TOO_LARGE', {
      what: `'${key}' and its value are ${bytes} bytes`,
      where,
      mend: `keep at most ${settings.maxEntryBytes}, or raise maxEntryBytes`,
    });
  }
  const keepMs = Math.max(settings.staleWhileRevalidateMs, settings.staleIfErrorMs);
  return { value: encoded.stored, bytes, ttlMs, keepMs, sliding, tags };
}

function tagsOf({ tags }: WriteOptions, where: string): readonly string[] | null {
  return tags === undefined ? null : checkTags(tags, where);
}
