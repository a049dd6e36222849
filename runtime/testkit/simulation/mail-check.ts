import { ActorContext } from '../../actor/actor-context.js';
import type { DeadLetterReason } from '../../memory/counters.js';
import type { ActorRef } from '../../ref/actor-ref.js';
import type { Address } from '../../ref/address.js';
import { messageOf } from '../../ref/envelope.js';
import { readMetrics } from '../../system/metrics.js';
import type { ActorThread } from '../../worker/actor-thread.js';
import { MAIN_THREAD } from '../../worker/thread-config.js';
import { isPunctual } from './fault-injector.js';
import type { Life } from './life.js';
import { fresh } from './mail.js';
import type { Node } from './node.js';
import type { Letter, SimMessage } from './protocol.js';
import type { World } from './world.js';

/** Milliseconds in which what has become of a message must have reached its asker. */
const NEWS_MS = 60;

/** Holds dead letters, timeouts and mailboxes against what is known of the messages. */
export class MailCheck {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** A message has become a dead letter. */
  dead(by: ActorThread, item: unknown, to: Address | undefined, reason: DeadLetterReason): void {
    const world = this.#world;
    if (world.isGhost || to === undefined) return;
    const letter = ((item === undefined ? undefined : messageOf(item)) ?? {}) as Partial<Letter> & {
      type?: string;
    };
    const node = world.nodeAt(to);
    // A pinned thread that was not there yet could take none.
    const isRefused = to.thread !== by.thread && by.mesh.to(to.thread)?.port === null;
    if (reason === 'attachment-lost' && !isRefused && world.deaths === 0 && !world.hasGivenBack) {
      world.violate('attachments', 'a message has lost its attachments, and no thread has died');
    }
    if (node === undefined) return;
    if (reason === 'no-such-actor') node.missedMs = world.nowMs;
    const { life } = node;
    if (reason === 'unhandled' && letter.type === 'act' && life !== null && !life.hasClosed) {
      world.violate('behaviour', `actor ${node.number}.${life.incarnation} knows no message`);
    }
    if (typeof letter.id !== 'number') return;
    world.ledger.died(letter.id, world.nowMs);
    if (reason === 'evicted') world.ledger.evicted(letter.id);
  }

  /** A message has been taken from the mailbox of an incarnation. */
  taken(life: Life): void {
    const node = this.#world.nodes[life.node];
    const { mailbox: settings } = node?.spawn ?? {};
    if (settings?.capacity === undefined || settings.overflow === 'wait' || node!.hasStashed)
      return;
    const length = ActorContext.cellOf(life.context)?.queuedCount ?? 0;
    if (length < settings.capacity) return;
    const text = `actor ${life.node} holds ${length + 1} messages, ${settings.capacity} at most`;
    this.#world.violate('capacity', text);
  }

  /** A parent has told its child to end, and tells it something else after that: it must not be handled. */
  afterOrder(parent: Life, child: Node): void {
    const ref = this.#world.refOn(parent.actors, child) as ActorRef<SimMessage>;
    const { body } = fresh(this.#world, parent, child, -1, 'none');
    if (!this.#world.isGhost) this.#world.ledger.forbidden.add(body.id);
    ref.tell({ type: 'act', ...body });
  }

  /** An ask has been made. */
  asked(id: number, asker: Life | null, to: Node): void {
    const { thread } = to.address;
    const outbound = this.#threadOf(asker)?.mesh.to(thread) ?? null;
    if (outbound?.isBlocked) this.#world.ledger.waits(id);
  }

  /**
   * An ask has waited until its deadline: had its target died with it in hand, the asker would have been told
   * when its thread heard of the death.
   */
  outlived(id: number, asker: Life | null, to: Node): void {
    const world = this.#world;
    const actors = this.#threadOf(asker);
    const entry = world.ledger.entryOf(id);
    if (world.isGhost || asker?.isThreadDead || actors === undefined) return;
    if (entry === undefined || entry.hasWaited) return;
    const { reader } = entry;
    if (reader === null || reader.node !== to.number || !reader.isThreadDead) return;
    if (actors.recovery.deadSerial(to.address.thread) < reader.actors.serial) return;
    world.violate('answers', `ask ${id} times out although the thread that had read it has died`);
  }

  #threadOf(asker: Life | null): ActorThread | undefined {
    return asker === null ? this.#world.mainThread : asker.actors;
  }

  /** An ask has waited in vain: its message must be on its way, in a mailbox or in hand. */
  timedOut(id: number, asker: Life | null): void {
    const world = this.#world;
    if (world.isGhost || asker?.isThreadDead || this.#isDisturbed) return;
    // The answer may stand in a ring at which its thread has looked just before.
    if (!world.looks.hasLooked(asker?.actors.thread ?? MAIN_THREAD)) return;
    const entry = world.ledger.lastOf(id);
    if (entry === undefined) return;
    const { life } = entry;
    if (entry.isKept) return;
    if (entry.closedMs < 0 && entry.state === 'handled' && life !== null && life.overMs >= 0)
      entry.closedMs = life.overMs;
    if (entry.closedMs < 0) return;
    const agoMs = world.nowMs - entry.closedMs;
    if (agoMs < NEWS_MS) return;
    world.violate('answers', `ask ${id} times out although its fate is known for ${agoMs} ms`);
  }

  /** Then a word may take longer than any limit, or be lost with a thread or for want of room. */
  get #isDisturbed(): boolean {
    const { program, mainThread, hasGivenBack } = this.#world;
    if (this.#world.deaths > 0 || hasGivenBack || !isPunctual(program)) return true;
    return readMetrics(mainThread!.control).total['dead:overflow-full'] > 0;
  }
}
