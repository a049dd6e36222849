/** The states of one stream at its receiver. */
export const STREAM_STATES = ['unknown', 'open', 'dormant'] as const;
/** One of {@link STREAM_STATES}. */
export type StreamState = (typeof STREAM_STATES)[number];

/** What can happen to it. `*-old` comes from a session that a later one has replaced. */
export const STREAM_EVENTS = [
  'open',
  'open-old',
  'data',
  'data-other',
  'data-old',
  'gone',
  'gone-old',
] as const;
/** One of {@link STREAM_EVENTS}. */
export type StreamEvent = (typeof STREAM_EVENTS)[number];

/** What the receiver does about it. */
export type StreamAction =
  /** Say that the connection is made. */
  | 'connect'
  /** Judge by the sequence number. */
  | 'judge'
  /** Say that there is no such connection. */
  | 'reset'
  /** Keep what was handled if the stream is durable, otherwise forget it. */
  | 'retire'
  | 'ignore';

/**
 * | state \ event | open    | open-old | data  | data-other | data-old | gone   | gone-old |
 * |---------------|---------|----------|-------|------------|----------|--------|----------|
 * | unknown       | connect | -        | -     | reset      | -        | ignore | ignore   |
 * | open          | connect | ignore   | judge | reset      | ignore   | retire | ignore   |
 * | dormant       | connect | ignore   | reset | reset      | ignore   | ignore | ignore   |
 *
 * `connect` leads to `open`, `retire` to `dormant` or `unknown`, all others leave the state as it is. `-` is
 * impossible: where nothing is known nothing is old. `data` is of the present connection, `data-other` is not.
 */
export const STREAM_ACTIONS: Readonly<
  Record<StreamState, Readonly<Partial<Record<StreamEvent, StreamAction>>>>
> = {
  unknown: { open: 'connect', 'data-other': 'reset', gone: 'ignore', 'gone-old': 'ignore' },
  open: {
    open: 'connect',
    'open-old': 'ignore',
    data: 'judge',
    'data-other': 'reset',
    'data-old': 'ignore',
    gone: 'retire',
    'gone-old': 'ignore',
  },
  dormant: {
    open: 'connect',
    'open-old': 'ignore',
    data: 'reset',
    'data-other': 'reset',
    'data-old': 'ignore',
    gone: 'ignore',
    'gone-old': 'ignore',
  },
};
