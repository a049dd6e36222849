import type { TransferListItem } from 'node:worker_threads';
import { asError, hasCode } from '../base/errors.js';
import type { Region } from '../memory/region.js';
import type { DictionaryWriter } from './dictionary.js';
import type { Extensions } from './extensions.js';
import { Interner } from './interner.js';
import { type CodecLimits, codecLimits } from './limits.js';
import { unsent } from './not-sendable.js';
import { ShapeTable } from './shape-table.js';
import { Site } from './site.js';
import { MISS } from './tags.js';
import { ValueWriter } from './value-writer.js';

/** What an {@link Encoder} is made of. */
export interface EncoderOptions {
  /** One dictionary for each ordered pair of threads; the encoder is its only user. */
  readonly dictionary: DictionaryWriter;
  readonly extensions: Extensions;
  readonly limits?: Partial<CodecLimits>;
  /** False: no function is made from text; bytes are the same. Default true, where the process allows it. */
  readonly codeGeneration?: boolean;
}

// V8 folds a constant of this module, but looks up an imported one at each use.
const MISSED = MISS;

const NO_ATTACHMENTS: readonly unknown[] = Object.freeze([]);
const NO_TRANSFER: readonly TransferListItem[] = [];
/** Values of `type` for which a place is remembered; further ones share a place. */
const MAX_ROOT_SITES = 1024;

/**
 * Turns messages into bytes for one receiving thread. What structured clone carries arrives equal,
 * with its shared references and cycles; beyond that errors keep class, code and further properties, a
 * Buffer stays a Buffer, and classes with a codec are rebuilt. As in structured clone, properties
 * that are symbols or not enumerable are not part of a message, nor are further properties of Date, Map, Set,
 * RegExp and buffers; a null prototype becomes the usual one. Everything else is refused, never lost.
 */
export class Encoder {
  readonly #writer: ValueWriter;
  readonly #sites = new Map<string, Site>();
  readonly #otherSite = new Site();
  #lastType: unknown = undefined;
  #lastSite: Site;
  #busy = false;

  constructor(options: EncoderOptions) {
    const limits = codecLimits(options.limits);
    const { dictionary, extensions } = options;
    const shapes = new ShapeTable(dictionary, limits, options.codeGeneration ?? true);
    const interner = new Interner(dictionary, limits.maxInternLength);
    this.#writer = new ValueWriter(shapes, interner, extensions, limits);
    this.#lastSite = this.#otherSite;
  }

  /**
   * What must travel beside the bytes of the last message, in order of index: the items of its transfer
   * list first, then shared and resizable buffers and host objects. An array of its own for each
   * message that has any.
   */
  get attachments(): readonly unknown[] {
    return this.#writer.attachments ?? NO_ATTACHMENTS;
  }

  /**
   * Buffers of which more than this is shown become attachments (`BufferCopy`) instead of bytes in
   * the message. Infinity unless set.
   */
  set maxInlineBytes(bytes: number) {
    this.#writer.buffers.maxInlineBytes = bytes;
  }

  /**
   * Writes `value` into `region` from `offset`, a multiple of 8, touching no byte at or after `limit`.
   * @returns the end, not aligned, or -1 when there is no room: what was written is then void
   * @throws {TroupeError} ERR_NOT_SENDABLE, its `where` the key path, `message` being the root
   */
  encode(value: unknown, region: Region, offset: number, limit: number): number {
    if (typeof value === 'object' && value !== null) {
      const end = this.encodeFlat(value, region, offset, limit);
      if (end !== MISSED) return end;
    } else if (typeof value === 'number' && !this.#busy) {
      this.#writer.begin(region, offset, limit);
      return this.#writer.number(value, offset);
    }
    return this.#encode(value, NO_TRANSFER, region, offset, limit);
  }

  /**
   * As {@link encode}, for a message without objects in it: nothing to number, nothing to travel beside the bytes.
   * @returns the end; negative when there is no room, or it is something else: `encode` knows
   */
  encodeFlat(value: object, region: Region, offset: number, limit: number): number {
    if (this.#busy) return MISSED;
    const writer = this.#writer;
    this.#busy = true;
    try {
      const { family } = this.#site(value);
      if (family === null || !family.isFlat) return MISSED;
      writer.begin(region, offset, limit);
      return family.encode(value, writer, offset);
    } catch (thrown) {
      throw this.#reason(thrown);
    } finally {
      this.#busy = false;
    }
  }

  /** As {@link encode}, for a message some of whose parts are handed over instead of copied. */
  encodeWithTransfer(
    value: unknown,
    transfer: readonly TransferListItem[],
    region: Region,
    offset: number,
    limit: number,
  ): number {
    if (new Set(transfer).size !== transfer.length) {
      throw unsent('an item is twice in the transfer list', 'transfer', 'list it once');
    }
    return this.#encode(value, transfer, region, offset, limit);
  }

  #encode(
    value: unknown,
    transfer: readonly unknown[],
    region: Region,
    offset: number,
    limit: number,
  ): number {
    if (this.#busy) {
      throw unsent('a getter or codec sent a message', 'message', 'let it return a value only');
    }
    const writer = this.#writer;
    this.#busy = true;
    try {
      writer.begin(region, offset, limit);
      if (transfer.length > 0) writer.transfer(transfer);
      const end = writer.value(value, offset, this.#site(value), 'message');
      return end < 0 ? end : writer.buffers.finish(writer, end);
    } catch (thrown) {
      writer.attachments = null;
      throw this.#reason(thrown);
    } finally {
      writer.end();
      this.#busy = false;
    }
  }

  /** The place of a root: messages of one `type` mostly have one shape. */
  #site(value: unknown): Site {
    if (typeof value !== 'object' || value === null) return this.#otherSite;
    const type = (value as { readonly type?: unknown }).type;
    if (type === this.#lastType) return this.#lastSite;
    if (typeof type !== 'string') return this.#otherSite;
    let site = this.#sites.get(type);
    if (site === undefined) {
      if (this.#sites.size >= MAX_ROOT_SITES) return this.#otherSite;
      site = new Site();
      this.#sites.set(type, site);
    }
    this.#lastType = type;
    this.#lastSite = site;
    return site;
  }

  /** Getters, proxies and the stack can throw anything; the sender gets one kind of error. */
  #reason(thrown: unknown): unknown {
    if (hasCode(thrown, 'ERR_NOT_SENDABLE')) return thrown;
    const { name, message } = asError(thrown);
    const where = this.#writer.path() || 'message';
    if (name === 'InvariantError') return thrown;
    return unsent(
      `reading the value failed: ${name}: ${message}`,
      where,
      'send plain data',
      thrown,
    );
  }
}
