import type { GroupDeliveries } from './group-deliveries.js';
import { Outstanding } from './outstanding.js';
import { type Moment, StoredMessage } from './stored-message.js';

/** Objects of each kind that are kept: about 1 MiB for a shard that has ever had as many at once. */
const KEPT_COUNT = 4096;

/** What is forgotten refers to this instead of what it was about. */
const NOTHING = new StoredMessage('', undefined, 0, { wallMs: 0, uses: 0 });

/**
 * Messages and deliveries that are over, for those that come: a queue that is filled and emptied all the time makes
 * no garbage of them, and they stay in the cache.
 *
 * Whoever gives one back says that nobody else refers to it: the plain ones only, which have no timer and no key, and
 * of which one group knows.
 */
export class Recycling {
  readonly #messages: StoredMessage[] = [];
  readonly #deliveries: Outstanding[] = [];
  readonly #moments: Moment[] = [];
  #moment: Moment = { wallMs: 0, uses: 0 };
  #messageCount = 0;
  #deliveryCount = 0;

  /** A message without anything rare. */
  message(subject: string, payload: unknown, bytes: number, wallMs: number): StoredMessage {
    const publishedAt = this.#moment.wallMs === wallMs ? this.#moment : this.#nextMoment(wallMs);
    publishedAt.uses++;
    if (this.#messageCount === 0) return new StoredMessage(subject, payload, bytes, publishedAt);
    const message = this.#messages[--this.#messageCount]!;
    message.renew(subject, payload, bytes, publishedAt);
    return message;
  }

  /** What a group knows of a message from now on. */
  delivery(owner: GroupDeliveries, message: StoredMessage): Outstanding {
    if (this.#deliveryCount === 0) return new Outstanding(owner, message, 'ready');
    const delivery = this.#deliveries[--this.#deliveryCount]!;
    delivery.renew(owner, message);
    return delivery;
  }

  /** A message that its stream has let go of, and nobody has any more. */
  messageIsOver(message: StoredMessage): void {
    const { publishedAt } = message;
    if (--publishedAt.uses === 0 && publishedAt !== this.#moment) this.#keep(publishedAt);
    if (this.#messageCount === KEPT_COUNT) return;
    message.payload = undefined;
    this.#messages[this.#messageCount++] = message;
  }

  /** A delivery that its group has done with. */
  deliveryIsOver(delivery: Outstanding): void {
    if (this.#deliveryCount === KEPT_COUNT) return;
    delivery.message = NOTHING;
    this.#deliveries[this.#deliveryCount++] = delivery;
  }

  #nextMoment(wallMs: number): Moment {
    if (this.#moment.uses === 0) this.#keep(this.#moment);
    const next = this.#moments.pop() ?? { wallMs, uses: 0 };
    next.wallMs = wallMs;
    this.#moment = next;
    return next;
  }

  #keep(moment: Moment): void {
    if (this.#moments.length < KEPT_COUNT) this.#moments.push(moment);
  }
}
