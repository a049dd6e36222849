import type { ActorRef, ActorSystem } from 'troupe';
import {
  BytesPing,
  type BytesPingMessage,
  BytesPong,
  type BytesPongMessage,
} from './bytes-pingpong-actors.js';
import type { Bench, Contest, Figure, Scale, Subject } from './harness.js';
import { latencyFigures } from './pingpong-subject.js';
import type { PortVariant } from './port-flow-subject.js';
import { PortPair } from './port-pair.js';
import { PortTellSubject } from './port-tell-subject.js';
import { assertConserved, startSystem } from './system.js';
import { BytesSender, BytesSink, TransferSender } from './tell-actors.js';
import { TellSubject } from './tell-subject.js';

const KIB = 1024;
const MIB = KIB * KIB;
/** Sizes of the payloads, in bytes. */
const SIZES = [
  16,
  64,
  256,
  KIB,
  4 * KIB,
  16 * KIB,
  64 * KIB,
  256 * KIB,
  MIB,
  4 * MIB,
  16 * MIB,
] as const;
/** The least size for which handing a buffer over is measured too, and the baseline with heaps in use. */
const LEAST_LARGE_BYTES = 4 * KIB;
/** Sizes for which the latency of single round trips is measured. */
const LATENCY_SIZES = [64, 4 * KIB, 64 * KIB, MIB, 16 * MIB] as const;
/** What `smoke` runs of both: each way that a buffer can take. */
const SMOKE_SIZES = [16, 64 * KIB, 4 * MIB] as const;
const SMOKE_LATENCY_SIZES = [4 * KIB] as const;

const BURST = 1000;
/** Bytes of a burst of large payloads, and of a whole round. */
const BURST_BYTES = 8 * MIB;
const ROUND_BYTES = 1024 * MIB;
const SMOKE_ROUND_BYTES = 4 * MIB;
const MAX_COUNT = 300_000;
const SMOKE_MAX_COUNT = 1000;
/** The same for round trips, of which there is one at a time. */
const TRIP_ROUND_BYTES = 512 * MIB;
const MAX_TRIPS = 5000;
const SMOKE_MAX_TRIPS = 100;
const LEAST_COUNT = 2;

function countOfSize(sizeBytes: number, roundBytes: number, most: number): number {
  return Math.max(LEAST_COUNT, Math.min(most, Math.floor(roundBytes / sizeBytes)));
}

function throughput(scale: Scale, sizeBytes: number): Contest {
  const isFull = scale === 'full';
  const burst = Math.max(1, Math.min(BURST, BURST_BYTES / sizeBytes));
  const count = isFull
    ? countOfSize(sizeBytes, ROUND_BYTES, MAX_COUNT)
    : countOfSize(sizeBytes, SMOKE_ROUND_BYTES, SMOKE_MAX_COUNT);
  const variants: readonly (PortVariant | undefined)[] =
    sizeBytes < LEAST_LARGE_BYTES ? [undefined] : [undefined, 'transfer'];
  const troupe = variants.map(
    (variant) =>
      new TellSubject({
        name: variant === undefined ? 'troupe' : `troupe/${variant}`,
        system: { threads: 2 },
        sender: variant === undefined ? BytesSender : TransferSender,
        receiver: BytesSink,
        senderThreads: [1],
        receiverThread: 2,
        load: 'bytes',
        count,
        burst,
        sizeBytes,
      }),
  );
  const portVariants: readonly (PortVariant | undefined)[] =
    sizeBytes < LEAST_LARGE_BYTES ? variants : [...variants, 'used-heap'];
  const ports = portVariants.map(
    (variant) => new PortTellSubject('bytes', count, burst, sizeBytes, variant),
  );
  return { bench: `tell-cross-size.${sizeBytes}`, subjects: [...troupe, ...ports] };
}

/** Troupe with one buffer that goes to another thread and comes back. */
class TroupeTrips implements Subject {
  readonly name = 'troupe';
  readonly #count: number;
  readonly #sizeBytes: number;
  #system: ActorSystem | undefined;
  #ping: ActorRef<BytesPingMessage> | undefined;
  #pong: ActorRef<BytesPongMessage> | undefined;

  constructor(count: number, sizeBytes: number) {
    this.#count = count;
    this.#sizeBytes = sizeBytes;
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: 2 });
    this.#system = system;
    this.#ping = system.spawn(BytesPing, undefined, { placement: 1 });
    this.#pong = system.spawn(BytesPong, undefined, { placement: 2 });
    await Promise.all([system.started(this.#ping), system.started(this.#pong)]);
  }

  async round(): Promise<readonly Figure[]> {
    const work = { to: this.#pong!, count: this.#count, sizeBytes: this.#sizeBytes };
    const { latenciesUs } = await this.#ping!.ask({ type: 'start', ...work });
    await assertConserved(this.#system!);
    return latencyFigures(this.#count, latenciesUs);
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

/** The same between two bare threads. */
class PortTrips implements Subject {
  readonly name = 'postMessage';
  readonly #count: number;
  readonly #sizeBytes: number;
  #pair: PortPair | undefined;

  constructor(count: number, sizeBytes: number) {
    this.#count = count;
    this.#sizeBytes = sizeBytes;
  }

  async open(): Promise<void> {
    this.#pair = new PortPair([[0, 1]]);
    await this.#pair.begin(1, { type: 'echo', port: 0 }).ready;
  }

  async round(): Promise<readonly Figure[]> {
    const work = { port: 0, count: this.#count, sizeBytes: this.#sizeBytes };
    const { latenciesUs } = await this.#pair!.begin(0, { type: 'ping', ...work }).done;
    return latencyFigures(this.#count, latenciesUs);
  }

  async close(): Promise<void> {
    await this.#pair?.close();
  }
}

function latency(scale: Scale, sizeBytes: number): Contest {
  const isFull = scale === 'full';
  const count = isFull
    ? countOfSize(sizeBytes, TRIP_ROUND_BYTES, MAX_TRIPS)
    : countOfSize(sizeBytes, SMOKE_ROUND_BYTES, SMOKE_MAX_TRIPS);
  return {
    bench: `tell-cross-size.${sizeBytes}`,
    subjects: [new TroupeTrips(count, sizeBytes), new PortTrips(count, sizeBytes)],
  };
}

/** As workload D3 with buffers of 16 bytes to 16 MiB, copied or handed over; and round trips of some. */
export const bench: Bench = {
  contests: (scale) => {
    const sizes = scale === 'full' ? SIZES : SMOKE_SIZES;
    const latencySizes = scale === 'full' ? LATENCY_SIZES : SMOKE_LATENCY_SIZES;
    return [
      ...sizes.map((sizeBytes) => throughput(scale, sizeBytes)),
      ...latencySizes.map((sizeBytes) => latency(scale, sizeBytes)),
    ];
  },
};
