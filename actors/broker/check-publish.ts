import { checkNames, type OptionNames, TroupeError } from '../../runtime/index.js';
import type { Effects, OutgoingMessage } from './delivery.js';
import type { PublishOptions } from './publishing.js';

const PUBLISH: OptionNames<PublishOptions> = {
  id: true,
  key: true,
  priority: true,
  headers: true,
  delayMs: true,
  deliverAtMs: true,
  ttlMs: true,
  expectLastSeq: true,
  expectLastSubjectSeq: true,
  retain: true,
};
const MESSAGE: OptionNames<OutgoingMessage> = { subject: true, payload: true, options: true };
const EFFECTS: OptionNames<Effects> = { appends: true, puts: true, publish: true };

/** Checks a message that is to be published with others. @throws {TroupeError} ERR_OPTION */
export function checkOutgoing(where: string, message: OutgoingMessage): void {
  if (!hasOnlyKnownNames(message)) checkNames(where, message, MESSAGE);
  if (message.options !== undefined) checkPublishOptions(message.options);
}

/** The same as {@link checkNames} finds, for each message of a batch: false when that has to look closer. */
function hasOnlyKnownNames(message: OutgoingMessage): boolean {
  if (typeof message !== 'object') return false;
  for (const name in message) {
    if (name !== 'subject' && name !== 'payload' && name !== 'options') return false;
  }
  return message !== null;
}

/** Checks what is to be written with an acknowledgement. @throws {TroupeError} ERR_OPTION */
export function checkEffects(effects: Effects): void {
  checkNames('complete', effects, EFFECTS);
  for (const message of effects.publish ?? []) checkOutgoing('complete', message);
}

/** Checks what is said of one message. @throws {TroupeError} ERR_OPTION */
export function checkPublishOptions(options: PublishOptions): void {
  checkNames('publish', options, PUBLISH);
  const { priority, delayMs, deliverAtMs, ttlMs, id } = options;
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 0 && priority <= 9)) {
    throw refusal('priority', priority, 'use an integer from 0 to 9');
  }
  const times = { delayMs, deliverAtMs, ttlMs };
  for (const [name, value] of Object.entries(times)) {
    const isTime = value === undefined || (value >= 0 && value <= Number.MAX_SAFE_INTEGER);
    if (!isTime) throw refusal(name, value, 'use milliseconds, from 0 up');
  }
  if (id !== undefined && !(typeof id === 'string' && id.length > 0 && id.length <= 512)) {
    throw refusal('id', id, 'use a string of 1 to 512 characters');
  }
}

function refusal(option: string, value: unknown, mend: string): TroupeError {
  return new TroupeError('ERR_OPTION', {
    what: `${option} is ${String(value)}`,
    where: 'publish',
    mend,
  });
}
