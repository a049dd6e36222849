import type { Outstanding } from './outstanding.js';
import type { DeliveryBatch, DeliveryExtras } from './shard-protocol.js';
import type { StoredMessage } from './stored-message.js';

/** Deliveries as they are sent, in columns; columns in which nothing stands are left out. */
export function deliveryBatch(outstanding: readonly Outstanding[]): DeliveryBatch {
  const epoch = outstanding.length === 0 ? 0 : outstanding[0]!.owner.epoch;
  let epochs: number[] | null = null;
  const seqs: number[] = [];
  const deliveries: number[] = [];
  const ordinals: number[] = [];
  const subjects: string[] = [];
  const payloads: unknown[] = [];
  const publishedAtMs: number[] = [];
  let failures: number[] | null = null;
  let extras: (DeliveryExtras | null)[] | null = null;
  for (let i = 0; i < outstanding.length; i++) {
    const found = outstanding[i]!;
    const { message } = found;
    seqs.push(message.seq);
    deliveries.push(found.deliveries);
    ordinals.push(found.ordinal);
    subjects.push(message.subject);
    payloads.push(message.payload);
    if (epochs !== null) epochs.push(found.owner.epoch);
    else if (found.owner.epoch !== epoch) {
      epochs = new Array<number>(i).fill(epoch);
      epochs.push(found.owner.epoch);
    }
    publishedAtMs.push(message.publishedAtMs);
    if (found.failures > 0) {
      failures ??= new Array<number>(outstanding.length).fill(0);
      failures[i] = found.failures;
    }
    const own = extrasOf(message);
    if (own === null) continue;
    extras ??= new Array<DeliveryExtras | null>(outstanding.length).fill(null);
    extras[i] = own;
  }
  return {
    epoch,
    epochs,
    seqs,
    deliveries,
    failures,
    ordinals,
    subjects,
    payloads,
    publishedAtMs,
    extras,
  };
}

function extrasOf(message: StoredMessage): DeliveryExtras | null {
  if (message.isPlain) return null;
  const { id, headers, key, priority, dead } = message;
  return { id, headers, key, priority, dead };
}
