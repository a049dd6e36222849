import { MessageChannel, receiveMessageOnPort, type TransferListItem } from 'node:worker_threads';
import fc from 'fast-check';
import type { Test } from 'tap';
import { Decoder } from '../../runtime/codec/decoder.js';
import { DictionaryReader, DictionaryWriter } from '../../runtime/codec/dictionary.js';
import { Encoder } from '../../runtime/codec/encoder.js';
import { Extensions } from '../../runtime/codec/extensions.js';
import type { CodecLimits } from '../../runtime/codec/limits.js';
import { Region } from '../../runtime/memory/region.js';

/** Both ends of one direction between two threads, in one. */
export class Line {
  readonly dictionary: Region;
  readonly region: Region;
  readonly extensions: Extensions;
  encoder: Encoder;
  decoder: Decoder;
  readonly #limits: Partial<CodecLimits>;

  constructor(
    options: {
      codeGeneration?: boolean;
      dictionaryBytes?: number;
      regionBytes?: number;
      extensions?: Extensions;
      limits?: Partial<CodecLimits>;
    } = {},
  ) {
    this.dictionary = new Region(new SharedArrayBuffer(options.dictionaryBytes ?? 65_536));
    this.region = new Region(new SharedArrayBuffer(options.regionBytes ?? 1 << 20));
    this.extensions = options.extensions ?? new Extensions();
    this.#limits = options.limits ?? {};
    this.encoder = this.newEncoder(options.codeGeneration ?? true);
    this.decoder = this.newDecoder(options.codeGeneration ?? true);
  }

  newEncoder(codeGeneration: boolean): Encoder {
    const dictionary = new DictionaryWriter(this.dictionary);
    const { extensions } = this;
    return new Encoder({ dictionary, extensions, limits: this.#limits, codeGeneration });
  }

  newDecoder(codeGeneration: boolean): Decoder {
    const dictionary = new DictionaryReader(this.dictionary);
    const { extensions } = this;
    return new Decoder({ dictionary, extensions, limits: this.#limits, codeGeneration });
  }

  /** Encodes, checks that the neighbourhood is untouched, and decodes. */
  send(value: unknown): unknown {
    const { region } = this;
    const end = this.encoder.encode(value, region, 0, region.byteLength);
    if (end < 0) throw new Error('the region of the test is too small');
    return this.decoder.decode(region, 0, end, post(this.encoder.attachments, []));
  }

  sendWithTransfer(value: unknown, transfer: readonly TransferListItem[]): unknown {
    const { region } = this;
    const end = this.encoder.encodeWithTransfer(value, transfer, region, 0, region.byteLength);
    const attachments = post(this.encoder.attachments, transfer);
    return this.decoder.decode(region, 0, end, attachments);
  }

  /** The bytes of `value`, a copy. */
  bytesOf(value: unknown): Buffer {
    this.region.bytes.fill(0);
    const end = this.encoder.encode(value, this.region, 0, this.region.byteLength);
    return Buffer.from(this.region.bytes.subarray(0, end));
  }
}

/** Carries attachments through a MessagePort, as the transport does. */
export function post(
  attachments: readonly unknown[],
  transfer: readonly TransferListItem[],
): readonly unknown[] {
  if (attachments.length === 0) return attachments;
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(attachments, transfer);
    return receiveMessageOnPort(port2)?.message as unknown[];
  } finally {
    port1.close();
  }
}

/** Checks a property; the report is text alone, because what failed may not survive a reporter. */
export function holds<T>(
  t: Pick<Test, 'pass' | 'fail'>,
  property: fc.IProperty<T>,
  numRuns: number,
): void {
  const result = fc.check(property, { numRuns });
  if (!result.failed) t.pass(`${result.numRuns} runs`);
  else t.fail(fc.defaultReportMessage(result) ?? 'failed');
}
