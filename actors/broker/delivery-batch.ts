import type { Time } from './core-host.js';
import type { Outstanding } from './outstanding.js';
import { sendFirst } from './sendable-part.js';
import type { DeliveryBatch, DeliveryExtras } from './shard-protocol.js';
import type { StoredMessage } from './stored-message.js';

/** Deliveries as they are sent, in columns; columns that say nothing, or the same of all, are left out. */
export function deliveryBatch(outstanding: readonly Outstanding[]): DeliveryBatch {
  const { length } = outstanding;
  const first = outstanding[0];
  const epoch = first === undefined ? 0 : first.owner.epoch;
  const subject = first === undefined ? '' : first.message.subject;
  const moment = first === undefined ? null : first.message.publishedAt;
  // Of just that length: what grows is copied, and leaves room behind.
  const seqs = new Array<number>(length);
  const payloads = new Array<unknown>(length);
  let isOneGroup = true;
  let isOneSubject = true;
  let isOneMoment = true;
  let isFirst = true;
  let hasFailed = false;
  let isPlain = true;
  for (let i = 0; i < length; i++) {
    const found = outstanding[i]!;
    const { message } = found;
    seqs[i] = message.seq;
    payloads[i] = message.payload;
    isOneGroup &&= found.owner.epoch === epoch;
    isOneSubject &&= message.subject === subject;
    isOneMoment &&= message.publishedAt === moment;
    isFirst &&= found.deliveries === 1;
    hasFailed ||= found.failures > 0;
    isPlain &&= message.isPlain;
  }
  const isPull = first === undefined || first.member === null;
  return {
    epoch,
    epochs: isOneGroup ? null : outstanding.map(({ owner }) => owner.epoch),
    seqs,
    deliveries: isFirst ? null : outstanding.map(({ deliveries }) => deliveries),
    failures: hasFailed ? outstanding.map(({ failures }) => failures) : null,
    ordinals: isPull ? null : outstanding.map(({ ordinal }) => ordinal),
    subject,
    subjects: isOneSubject ? null : outstanding.map(({ message }) => message.subject),
    payloads,
    publishedAtMs: moment === null ? 0 : moment.wallMs,
    publishedAt: isOneMoment ? null : outstanding.map(({ message }) => message.publishedAtMs),
    extras: isPlain ? null : outstanding.map(({ message }) => extrasOf(message)),
  };
}

/**
 * Sends deliveries as one message. What does not fit into it comes back, as if it had not been given to anybody; what
 * cannot be sent even by itself is a dead letter.
 * @param send the second argument is the place of the first that is sent
 * @returns how many were sent
 */
export function sendDeliveries(
  all: readonly Outstanding[],
  time: Time,
  send: (batch: DeliveryBatch, from: number) => void,
): number {
  for (let from = 0; from < all.length; from++) {
    const sentCount = sendFirst(all.length - from, (count) => {
      const isWhole = count === all.length;
      send(deliveryBatch(isWhole ? all : all.slice(from, from + count)), from);
    });
    if (sentCount > 0) {
      for (let i = from + sentCount; i < all.length; i++) takeBack(all[i]!, time);
      return sentCount;
    }
    const poison = all[from]!;
    poison.owner.bury(poison, 'unsendable', time);
  }
  return 0;
}

function takeBack(found: Outstanding, time: Time): void {
  const { owner, message, deliveries } = found;
  owner.settle(message.seq, deliveries, owner.epoch, 'release', -1, undefined, time);
  if (--found.deliveries > 0) owner.redeliveredCount--;
}

function extrasOf(message: StoredMessage): DeliveryExtras | null {
  if (message.isPlain) return null;
  const { id, headers, key, priority, dead } = message;
  return { id, headers, key, priority, dead };
}
