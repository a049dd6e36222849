import type { Definition } from 'troupe';
import { type Bench, countOf } from './harness.js';
import type { LoadName } from './loads.js';
import type { PortVariant } from './port-flow-subject.js';
import { PortTellSubject } from './port-tell-subject.js';
import {
  BytesSender,
  BytesSink,
  Counter,
  type Expect,
  IntSender,
  PooledSender,
  ReadingSender,
  ReadingSink,
  type SenderMessage,
} from './tell-actors.js';
import { TellSubject } from './tell-subject.js';

const BURST = 1000;
const SMOKE_COUNT = 10_000;

interface Sides {
  readonly sender: Definition<SenderMessage, unknown>;
  readonly receiver: Definition<Expect, unknown>;
  readonly load: LoadName;
  readonly sizeBytes: number;
  readonly burst: number;
  /** A second way to send, measured beside the first. */
  readonly also?: { readonly name: string; readonly sender: Definition<SenderMessage, unknown> };
}

function crossing(
  name: string,
  sides: Sides,
  counts: { readonly troupe: number; readonly postMessage: number; readonly batched?: number },
): Bench {
  const { sender, receiver, load, sizeBytes, burst, also } = sides;
  const port = (count: number, variant?: PortVariant): PortTellSubject =>
    new PortTellSubject(load, count, burst, sizeBytes, variant);
  const troupe = (count: number, subject = 'troupe', by = sender): TellSubject =>
    new TellSubject({
      name: subject,
      system: { threads: 2 },
      sender: by,
      receiver,
      senderThreads: [1],
      receiverThread: 2,
      load,
      count,
      burst,
      sizeBytes,
    });
  return {
    contests: (scale) => {
      const subjects = [
        troupe(countOf(scale, counts.troupe, SMOKE_COUNT)),
        port(countOf(scale, counts.postMessage, SMOKE_COUNT)),
      ];
      if (also !== undefined)
        subjects.push(troupe(countOf(scale, counts.troupe, SMOKE_COUNT), also.name, also.sender));
      if (counts.batched !== undefined)
        subjects.push(port(countOf(scale, counts.batched, SMOKE_COUNT), 'batched'));
      return [{ bench: name, subjects }];
    },
  };
}

/** Workload D: integers. */
export const int = crossing(
  'tell-cross-int',
  {
    sender: IntSender,
    receiver: Counter,
    load: 'int',
    sizeBytes: 0,
    burst: BURST,
  },
  { troupe: 5_000_000, postMessage: 600_000, batched: 3_000_000 },
);

/** Workload D2: small objects. */
export const object = crossing(
  'tell-cross-object',
  {
    sender: ReadingSender,
    receiver: ReadingSink,
    load: 'reading',
    sizeBytes: 0,
    burst: BURST,
  },
  { troupe: 3_000_000, postMessage: 300_000 },
);

/**
 * Workload D3: fresh buffers of 1 KiB, out of Node's pool as Node's own code makes them, and each with an
 * ArrayBuffer of its own. `postMessage` has the latter: of the former it would clone the whole pool.
 */
export const kibibyte = crossing(
  'tell-cross-1k',
  {
    sender: PooledSender,
    receiver: BytesSink,
    load: 'bytes',
    sizeBytes: 1024,
    burst: BURST,
    also: { name: 'troupe/own-buffer', sender: BytesSender },
  },
  { troupe: 500_000, postMessage: 100_000 },
);
