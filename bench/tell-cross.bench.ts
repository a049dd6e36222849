import type { Definition } from 'troupe';
import { type Bench, countOf, type Scale } from './harness.js';
import type { LoadName } from './loads.js';
import { PortTellSubject } from './port-tell-subject.js';
import {
  BytesSender,
  BytesSink,
  Counter,
  type Expect,
  IntSender,
  ReadingSender,
  ReadingSink,
  type SenderMessage,
} from './tell-actors.js';
import { TellSubject } from './tell-subject.js';

const BURST = 1000;
const KIB = 1024;
const SMOKE_COUNT = 10_000;

/** Sizes of the payloads of `tell-cross-size.*`, in bytes. */
const SIZES = [16, 64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, KIB * KIB] as const;
/** Bytes of a burst of large payloads, and of a whole round. */
const BURST_BYTES = 2 ** 23;
const ROUND_BYTES = 2 ** 31;
const SMOKE_ROUND_BYTES = 2 ** 22;
const MAX_SIZE_COUNT = 300_000;

interface Sides {
  readonly sender: Definition<SenderMessage, unknown>;
  readonly receiver: Definition<Expect, unknown>;
  readonly load: LoadName;
  readonly sizeBytes: number;
  readonly burst: number;
}

const BYTES = {
  sender: BytesSender,
  receiver: BytesSink,
  load: 'bytes',
} as const;

function troupe(sides: Sides, count: number): TellSubject {
  return new TellSubject({
    name: 'troupe',
    system: { threads: 2 },
    senderThreads: [1],
    receiverThread: 2,
    count,
    ...sides,
  });
}

function crossing(
  name: string,
  sides: Sides,
  counts: { readonly troupe: number; readonly postMessage: number },
): Bench {
  return {
    contests: (scale) => [
      {
        bench: name,
        subjects: [
          troupe(sides, countOf(scale, counts.troupe, SMOKE_COUNT)),
          new PortTellSubject(
            sides.load,
            countOf(scale, counts.postMessage, SMOKE_COUNT),
            sides.burst,
            sides.sizeBytes,
          ),
        ],
      },
    ],
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
  { troupe: 5_000_000, postMessage: 600_000 },
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

/** Workload D3: fresh buffers of 1 KiB. */
export const kibibyte = crossing(
  'tell-cross-1k',
  { ...BYTES, sizeBytes: KIB, burst: BURST },
  { troupe: 500_000, postMessage: 100_000 },
);

/** As D3 with buffers of 16 bytes to 1 MiB; bursts of 8 MiB at most. */
export const sizes: Bench = {
  contests: (scale) =>
    SIZES.map((sizeBytes) => {
      const burst = Math.max(1, Math.min(BURST, BURST_BYTES / sizeBytes));
      const count = sizeCount(scale, sizeBytes);
      return {
        bench: `tell-cross-size.${sizeBytes}`,
        subjects: [
          troupe({ ...BYTES, sizeBytes, burst }, count),
          new PortTellSubject('bytes', count, burst, sizeBytes),
        ],
      };
    }),
};

function sizeCount(scale: Scale, sizeBytes: number): number {
  if (scale === 'smoke') return Math.min(1000, SMOKE_ROUND_BYTES / sizeBytes);
  return Math.min(MAX_SIZE_COUNT, ROUND_BYTES / sizeBytes);
}
