import type { TimerEntry } from '../../runtime/index.js';
import type { Time, Timed } from './core-host.js';
import { type DeliveryEvent, type DeliveryState, nextState } from './delivery-state.js';
import type { GroupDeliveries } from './group-deliveries.js';
import type { Member } from './member.js';
import type { StoredMessage } from './stored-message.js';

/** What a group knows of one message that was delivered, delayed, or waits behind its key. */
export class Outstanding implements Timed {
  readonly owner: GroupDeliveries;
  readonly message: StoredMessage;
  state: DeliveryState;
  /** Deliveries so far; the last one is the only one that can be settled. */
  deliveries: number;
  failures: number;
  /** Who has it, while in flight. */
  member: Member | null;
  ordinal: number;
  /** As `dueAtMs`, whole milliseconds since the shard's beginning: a small integer, which costs no object. */
  deliveredAtMs: number;
  error: string | undefined;
  /** Of a delay, or of a deadline of its own; made when it is needed. */
  timer: TimerEntry<Timed> | null;
  /** In the line of deadlines: when it is due, and its neighbours. */
  dueAtMs: number;
  isLined: boolean;
  before: Outstanding | null;
  behind: Outstanding | null;

  constructor(owner: GroupDeliveries, message: StoredMessage, state: DeliveryState) {
    this.owner = owner;
    this.message = message;
    this.state = state;
    this.deliveries = 0;
    this.failures = 0;
    this.member = null;
    this.ordinal = 0;
    this.deliveredAtMs = 0;
    this.error = undefined;
    this.timer = null;
    this.dueAtMs = 0;
    this.isLined = false;
    this.before = null;
    this.behind = null;
  }

  /** Moves to the state that follows. */
  step(event: DeliveryEvent): void {
    this.state = nextState(this.state, event);
  }

  expired(time: Time): void {
    this.owner.expired(this, time);
  }
}
