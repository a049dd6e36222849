/**
 * Who waits for an answer: a row in the ask table of a thread. `serial` names the incarnation of the
 * thread, so that an answer to a dead one is recognized.
 */
export interface ReplyAddress {
  readonly thread: number;
  readonly serial: number;
  readonly slot: number;
  /** Counts the uses of the row, so that a late answer is not taken for another one's. */
  readonly generation: number;
}

/**
 * What lies in a mailbox when a bare message is not enough. A told message lies there as it is,
 * without an envelope: that is the path of millions.
 */
export abstract class Envelope {
  readonly message: unknown;

  constructor(message: unknown) {
    this.message = message;
  }
}

/** A message whose sender waits for an answer. */
export class AskEnvelope extends Envelope {
  readonly replyTo: ReplyAddress;

  constructor(message: unknown, replyTo: ReplyAddress) {
    super(message);
    this.replyTo = replyTo;
  }
}

/** A message that a keyed timer of the actor sent to itself. */
export class TimerEnvelope extends Envelope {
  readonly key: string;
  /** Number of the timer that fired; void when the key was set again or cancelled since. */
  readonly token: number;

  constructor(message: unknown, key: string, token: number) {
    super(message);
    this.key = key;
    this.token = token;
  }
}

/** The user's message in an item of a mailbox. */
export function messageOf(item: unknown): unknown {
  return item instanceof Envelope ? item.message : item;
}

/** The `type` of a message for people; never throws. */
export function typeOfMessage(message: unknown): string {
  if (typeof message !== 'object' || message === null) return `<${typeof message}>`;
  try {
    const type = (message as { type?: unknown }).type;
    return typeof type === 'string' ? type : '<no type>';
  } catch {
    return '<no type>';
  }
}
