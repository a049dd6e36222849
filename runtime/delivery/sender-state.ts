/** The states of the sending side of a stream. */
export const SENDER_STATES = ['closed', 'opening', 'open', 'gone'] as const;
/** One of {@link SENDER_STATES}. */
export type SenderState = (typeof SENDER_STATES)[number];

/** What can happen to it. `opened` and `reset` are of the present session and not outdated. */
export const SENDER_EVENTS = ['send', 'opened', 'ack', 'reset', 'timer', 'receiver-gone'] as const;
/** One of {@link SENDER_EVENTS}. */
export type SenderEvent = (typeof SENDER_EVENTS)[number];

/**
 * | state \ event | send    | opened | ack     | reset   | timer   | receiver-gone |
 * |---------------|---------|--------|---------|---------|---------|---------------|
 * | closed        | opening | open   | closed  | closed  | closed  | gone          |
 * | opening       | opening | open   | opening | opening | opening | gone          |
 * | open          | open    | open   | open    | opening | open    | gone          |
 * | gone          | gone    | gone   | gone    | gone    | gone    | gone          |
 *
 * `closed`: nothing was ever sent. `opening`: a connection is asked for, again and again. `open`: data flow.
 * `gone`: the receiver has ended for good; final.
 */
export const SENDER_TRANSITIONS: Readonly<
  Record<SenderState, Readonly<Record<SenderEvent, SenderState>>>
> = {
  closed: {
    send: 'opening',
    opened: 'open',
    ack: 'closed',
    reset: 'closed',
    timer: 'closed',
    'receiver-gone': 'gone',
  },
  opening: {
    send: 'opening',
    opened: 'open',
    ack: 'opening',
    reset: 'opening',
    timer: 'opening',
    'receiver-gone': 'gone',
  },
  open: {
    send: 'open',
    opened: 'open',
    ack: 'open',
    reset: 'opening',
    timer: 'open',
    'receiver-gone': 'gone',
  },
  gone: {
    send: 'gone',
    opened: 'gone',
    ack: 'gone',
    reset: 'gone',
    timer: 'gone',
    'receiver-gone': 'gone',
  },
};
