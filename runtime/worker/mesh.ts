import type { MessagePort } from 'node:worker_threads';
import type { Extensions } from '../codec/extensions.js';
import type { ControlBlock } from '../memory/control-block.js';
import type { ArrivalSink } from './arrival-sink.js';
import { Inbound } from './inbound.js';
import { Outbound } from './outbound.js';
import type { OutboundOwner } from './outbound-options.js';
import type { ThreadConfig } from './thread-config.js';

/** `channels[from][to]`: the memory of each ordered pair; null from a thread to itself. */
export type ChannelMatrix = readonly (readonly (SharedArrayBuffer | null)[])[];

/**
 * This thread's ends of all channels. The other ends are on the other threads; nothing lies between.
 */
export class Mesh {
  readonly #serial: number;
  readonly #out: (Outbound | null)[];
  readonly #control: ControlBlock;
  /** Those of members that have had a thread: the others are not worth a look. */
  #in: Inbound[] = [];
  #joinedCount = 0;
  readonly #inByMember: (Inbound | null)[];
  /** Serials of the threads at the other ends of the ports; 0 for none. */
  readonly #peers: number[];
  readonly #dirty: Outbound[] = [];
  #blocked: Outbound[] = [];

  constructor(
    member: number,
    channels: ChannelMatrix,
    control: ControlBlock,
    extensions: Extensions,
    config: ThreadConfig,
    owner: OutboundOwner & ArrivalSink,
  ) {
    this.#serial = owner.serial;
    this.#control = control;
    this.#peers = channels.map(() => 0);
    const doorbells = channels.map((_, other) => control.doorbell(other));
    const common = { sizes: config.channel, extensions };
    this.#out = channels.map((_, other) => {
      const channel = channels[member]![other]!;
      if (other === member) return null;
      const { overflowMessages, overflowBytes } = config;
      const doorbell = doorbells[other]!;
      const bounds = { overflowMessages, overflowBytes };
      const options = { member: other, channel, doorbell, ...bounds, ...common };
      return new Outbound(owner, options);
    });
    this.#inByMember = channels.map((_, other) => {
      if (other === member) return null;
      const channel = channels[other]![member]!;
      return new Inbound(owner, { member: other, channel, doorbell: doorbells[other]!, ...common });
    });
  }

  /** A member has its first thread: whatever that sends, it sends after it has joined. */
  #joined(): void {
    this.#joinedCount = this.#control.joinedCount;
    this.#in = this.#inByMember.filter(
      (inbound) => inbound !== null && this.#control.hasJoined(inbound.member),
    ) as Inbound[];
  }

  to(member: number): Outbound | null {
    return this.#out[member] ?? null;
  }

  from(member: number): Inbound | null {
    return this.#inByMember[member] ?? null;
  }

  /** Joins the ends of a MessagePort for attachments to and from a thread; null when it is gone. */
  setPort(member: number, port: MessagePort | null, serial: number): void {
    const outbound = this.to(member);
    const before = outbound?.port;
    if (before != null && before !== port) before.close();
    port?.unref();
    this.#peers[member] = port === null ? 0 : serial;
    // Both ends know both serials, and the later one names the connection: never the same again.
    const connection = Math.max(serial, this.#serial);
    outbound?.setPort(port, connection);
    this.from(member)?.setPort(port, connection);
  }

  /** The thread of that serial is dead: its port leads nowhere, unless the next thread's has come already. */
  peerDied(member: number, serial: number): void {
    if (this.#peers[member] === serial) this.setPort(member, null, 0);
  }

  closePorts(): void {
    for (const outbound of this.#out) outbound?.port?.close();
  }

  markDirty(outbound: Outbound): void {
    this.#dirty.push(outbound);
  }

  get isDirty(): boolean {
    return this.#dirty.length > 0;
  }

  /** Publishes all that was sent in this turn, and tries again what waits for room. */
  flush(): void {
    if (this.#blocked.length > 0) {
      const blocked = this.#blocked;
      this.#blocked = [];
      for (const outbound of blocked) if (!outbound.flush()) this.#blocked.push(outbound);
    }
    const dirty = this.#dirty;
    for (let outbound = dirty.pop(); outbound !== undefined; outbound = dirty.pop()) {
      if (!outbound.flush() && !this.#blocked.includes(outbound)) this.#blocked.push(outbound);
    }
  }

  /**
   * Reads what has arrived. First takes note of the messages that are there, then reads the signals, and
   * only then those messages: a signal given before a message is handled before it.
   * @param limit records for each channel
   * @param onSignalsRead called between the two
   * @returns true when anything was read or is left
   */
  poll(limit: number, onSignalsRead: () => void): boolean {
    if (this.#joinedCount !== this.#control.lastJoinedCount) this.#joined();
    const inbounds = this.#in;
    let any = false;
    // Glances keep the order: what is found was published after the signals that were given before it.
    for (let i = 0; i < inbounds.length; i++) if (inbounds[i]!.glance()) any = true;
    for (let i = 0; i < inbounds.length; i++) if (inbounds[i]!.pollSignals() > 0) any = true;
    if (!any) return false;
    onSignalsRead();
    for (let i = 0; i < inbounds.length; i++) {
      if (inbounds[i]!.pending) inbounds[i]!.pollMessages(limit);
    }
    return true;
  }

  /** Reads everything that a thread has published. */
  drainFrom(member: number): void {
    const inbound = this.from(member);
    if (inbound === null) return;
    inbound.look();
    inbound.pollSignals();
    do inbound.pollMessages(Number.POSITIVE_INFINITY);
    while (inbound.pending);
  }

  /**
   * The last that a thread does with its rings: publishes what it has given.
   * @param isLast nobody comes after it: what the others have published is read, so that it becomes dead letters
   */
  finish(isLast: boolean): void {
    if (isLast) for (const inbound of this.#in) this.drainFrom(inbound.member);
    this.flush();
  }

  /** True when something can be read, or written that waited: the look before sleep. */
  get hasNews(): boolean {
    if (this.#joinedCount !== this.#control.joinedCount) this.#joined();
    for (const inbound of this.#in) if (inbound.hasNews) return true;
    for (const outbound of this.#blocked) if (outbound.roomAppeared) return true;
    return false;
  }

  /** A cheap look at the rings, while polling: what it misses, the look before sleep sees. */
  get seemsToHaveNews(): boolean {
    const inbounds = this.#in;
    for (let i = 0; i < inbounds.length; i++) if (inbounds[i]!.seemsToHaveNews) return true;
    return false;
  }

  get waiting(): { messages: number; bytes: number } {
    let messages = 0;
    let bytes = 0;
    for (const outbound of this.#out) {
      if (outbound === null) continue;
      messages += outbound.overflow.messages;
      bytes += outbound.overflow.bytes;
    }
    return { messages, bytes };
  }
}
