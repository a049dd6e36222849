/**
 * Every operating error of the runtime. Two kinds exist and are never mixed: these, which a caller
 * can meet and handle, and {@link InvariantError}, which is a defect. Full queues are neither: they are values.
 *
 * The table of codes in `runtime/README.md` is checked against this object by a test.
 */
export const ERROR_CODES = {
  ERR_OPTION: 'an option has a value outside its range',
  ERR_DEFINITION: 'a definition of an actor, codec or job is malformed',
  ERR_DEFINITION_NOT_FOUND: 'a module or export named by a definition could not be loaded',
  ERR_NAME: 'a name is malformed',
  ERR_NAME_TAKEN: 'a sibling of that name is alive',
  ERR_NOT_SENDABLE: 'a value cannot be sent to another actor',
  ERR_TOO_LARGE: 'a message is larger than the limit',
  ERR_DAMAGED: 'received bytes are not a message',
  ERR_MAILBOX_FULL: 'the mailbox of the receiver is full',
  ERR_NO_SUCH_ACTOR: 'the target is not alive',
  ERR_UNHANDLED: 'the receiver has no handler for this message',
  ERR_ASK_TIMEOUT: 'no reply came before the deadline',
  ERR_ASK_ABORTED: 'the asker gave up through its AbortSignal',
  ERR_ASK_CYCLE: 'the ask came back to an actor that waits for it',
  ERR_START_FAILED: 'an actor could not start',
  ERR_ACTOR_FAILED: 'an actor failed while it had a request in hand',
  ERR_RESTART_INTENSITY: 'a supervisor restarted its children too often',
  ERR_LINKED_ACTOR_FAILED: 'a linked actor failed',
  ERR_THREAD_DIED: 'the thread of an actor died',
  ERR_THREAD_START: 'a thread could not be started',
  ERR_NO_THREAD: 'there is no such thread, or none left',
  ERR_STASH_FULL: 'the stash is full',
  ERR_CONTEXT: 'a function of the context was called where it has no meaning',
  ERR_STOPPED: 'the system is stopping or has stopped',
  ERR_FOREIGN_REF: 'a reference belongs to another system',
  ERR_OFFLOAD: 'a job of the offload pool failed or was refused',
} as const;

/** The code of a {@link TroupeError}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** What an error is made of: what happened with its numbers, where, and how to mend it. */
export interface ErrorText {
  readonly what: string;
  readonly where?: string;
  readonly mend?: string;
  readonly cause?: unknown;
}

/**
 * The error of all public functions of the runtime. `code` is stable and made for programs,
 * the message for people: what, where, and the mend. It keeps class, code and cause when it
 * crosses threads.
 */
export class TroupeError extends Error {
  override readonly name: string = 'TroupeError';
  readonly code: ErrorCode;
  /** Where it happened: the path of an actor, an option, a key in a message. */
  readonly where: string | undefined;
  /** What the reader can do about it. */
  readonly mend: string | undefined;

  constructor(code: ErrorCode, text: ErrorText) {
    const parts = [text.what];
    if (text.where !== undefined) parts.push(`at ${text.where}`);
    if (text.mend !== undefined) parts.push(`mend: ${text.mend}`);
    super(`${parts.join('; ')} [${code}]`, 'cause' in text ? { cause: text.cause } : undefined);
    this.code = code;
    this.where = text.where;
    this.mend = text.mend;
  }
}

/** True for an error of the runtime with that code, from whichever thread or copy of the package. */
export function hasCode(error: unknown, code: ErrorCode): error is TroupeError {
  return error instanceof Error && (error as { code?: unknown }).code === code;
}

/** Whatever was thrown, as an Error: a thrown string becomes its message. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(`thrown: ${typeof thrown === 'string' ? thrown : safeString(thrown)}`, {
    cause: thrown,
  });
}

function safeString(value: unknown): string {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
