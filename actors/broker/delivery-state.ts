import { InvariantError } from '../../runtime/index.js';

/**
 * States of a message in a group, from the moment it is taken out of the order of the stream:
 *
 * - `ready`: given back, waits to be delivered again, near its old place
 * - `parked`: waits for the message of its key that is before it
 * - `delayed`: waits for a time
 * - `in-flight`: a consumer has it
 * - `settling`: its acknowledgement is being written in a transaction that may be refused
 * - `done`: the group has finished it
 */
export const DELIVERY_TRANSITIONS = {
  ready: { deliver: 'in-flight', park: 'parked', bury: 'done', vanish: 'done', hold: 'delayed' },
  parked: { unpark: 'ready', vanish: 'done' },
  delayed: { due: 'ready', vanish: 'done' },
  'in-flight': {
    ack: 'done',
    release: 'ready',
    retry: 'delayed',
    bury: 'done',
    hold: 'delayed',
    begin: 'settling',
  },
  settling: { ack: 'done', abort: 'in-flight' },
  done: {},
} as const satisfies Record<string, Partial<Record<string, string>>>;

/** The name of a state. */
export type DeliveryState = keyof typeof DELIVERY_TRANSITIONS;

/** What can happen to a message in a group. */
export type DeliveryEvent =
  | 'deliver'
  | 'park'
  | 'unpark'
  | 'due'
  | 'ack'
  | 'release'
  | 'retry'
  | 'bury'
  | 'hold'
  | 'begin'
  | 'abort'
  | 'vanish';

/** The state after an event. @throws {InvariantError} when it has no place there */
export function nextState(state: DeliveryState, event: DeliveryEvent): DeliveryState {
  const next = (DELIVERY_TRANSITIONS[state] as Partial<Record<DeliveryEvent, DeliveryState>>)[
    event
  ];
  if (next === undefined) throw new InvariantError(`${event} of a message that is ${state}`);
  return next;
}
