import type { TimerEntry } from '../../runtime/index.js';
import type { Time, Timed } from './core-host.js';
import {
  DELIVERY_TRANSITIONS,
  type DeliveryEvent,
  type DeliveryState,
  nextState,
} from './delivery-state.js';
import type { GroupDeliveries } from './group-deliveries.js';
import type { Holder, Member } from './member.js';
import type { StoredMessage } from './stored-message.js';

/** It stands in no line of deadlines. */
export const NOT_LINED = -1;

/** The two steps that nearly every message takes, looked up once. */
const DELIVERED = DELIVERY_TRANSITIONS.ready.deliver;
const ACKED = DELIVERY_TRANSITIONS['in-flight'].ack;

/** What a group knows of one message that was delivered, delayed, or waits behind its key. */
export class Outstanding implements Timed {
  owner: GroupDeliveries;
  message: StoredMessage;
  state: DeliveryState;
  /** Deliveries so far; the last one is the only one that can be settled. */
  deliveries: number;
  failures: number;
  /** Who has it, while in flight. */
  holder: Holder | null;
  /** By which fetch of the holder; 0 when it was pushed. */
  pull: number;
  /** To which consumer it was pushed. A fetch is over when it has its messages: it is not kept. */
  member: Member | null;
  ordinal: number;
  /** As `dueAtMs`, whole milliseconds since the shard's beginning: a small integer, which costs no object. */
  deliveredAtMs: number;
  error: string | undefined;
  /** Of a delay, or of a deadline of its own; made when it is needed. */
  timer: TimerEntry<Timed> | null;
  /** In the line of deadlines: when it is due, or {@link NOT_LINED}, and its neighbours. */
  dueAtMs: number;
  before: Outstanding | null;
  behind: Outstanding | null;

  constructor(owner: GroupDeliveries, message: StoredMessage, state: DeliveryState) {
    this.owner = owner;
    this.message = message;
    this.state = state;
    this.deliveries = 0;
    this.failures = 0;
    this.holder = null;
    this.pull = 0;
    this.member = null;
    this.ordinal = 0;
    this.deliveredAtMs = 0;
    this.error = undefined;
    this.timer = null;
    this.dueAtMs = NOT_LINED;
    this.before = null;
    this.behind = null;
  }

  /** Makes another one of one that is done, is with nobody, and has no time. */
  renew(owner: GroupDeliveries, message: StoredMessage): void {
    this.owner = owner;
    this.message = message;
    this.state = 'ready';
    this.deliveries = 0;
    this.failures = 0;
    this.ordinal = 0;
    this.deliveredAtMs = 0;
    this.error = undefined;
  }

  /** True while it stands in the line of deadlines. */
  get isLined(): boolean {
    return this.dueAtMs !== NOT_LINED;
  }

  /** It is with a member now, so many milliseconds after the shard's beginning. */
  give(member: Member, sinceMs: number): void {
    const { holder, pull } = member;
    this.holder = holder;
    this.pull = pull;
    if (!member.isPull) this.member = member;
    this.ordinal = holder.nextOrdinal();
    this.deliveredAtMs = Math.floor(sinceMs);
  }

  /** It is with nobody. @returns the consumer that it was pushed to */
  takeBack(): Member | null {
    const { member } = this;
    this.holder = null;
    if (member !== null) this.member = null;
    return member;
  }

  /** Moves to the state that follows. */
  step(event: DeliveryEvent): void {
    const { state } = this;
    if (event === 'ack' && state === 'in-flight') this.state = ACKED;
    else if (event === 'deliver' && state === 'ready') this.state = DELIVERED;
    else this.state = nextState(state, event);
  }

  expired(time: Time): void {
    this.owner.expired(this, time);
  }
}
