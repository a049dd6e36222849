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
  ERR_DASHBOARD_LISTEN: 'the dashboard cannot listen at that address',
  ERR_JOURNAL_CLOSED: 'the journal is closed',
  ERR_JOURNAL_TRANSACTION: 'a transaction is malformed',
  ERR_JOURNAL_VALUE: 'a value cannot be stored',
  ERR_JOURNAL_FULL: 'the store has no room left',
  ERR_JOURNAL_BUSY: 'too many transactions wait for the store',
  ERR_JOURNAL_DAMAGED: 'a stored record is damaged',
  ERR_JOURNAL_LOCKED: 'the store is open for writing elsewhere',
  ERR_JOURNAL_VERSION: 'the store was written by a newer version',
  ERR_JOURNAL_OPEN: 'the store could not be opened',
  ERR_JOURNAL_FAILED: 'the store failed, or is gone',
  ERR_JOURNAL_PACKAGE: 'a package that the store needs is not installed',
  ERR_CALL_TIMEOUT: 'a call had no result before its deadline',
  ERR_CALL_ABORTED: 'the caller gave up through its AbortSignal',
  ERR_BREAKER_OPEN: 'the circuit breaker refuses calls',
  ERR_BULKHEAD_FULL: 'as many calls as are allowed run and wait',
  ERR_RATE_LIMITED: 'more calls than the rate allows',
  ERR_ONCE_IN_FLIGHT: 'a call with this idempotency key is under way',
  ERR_ONCE_FINGERPRINT: 'the idempotency key was used for another request',
  ERR_PLACEMENT_EMPTY: 'a key was placed among no nodes',
  ERR_PLACEMENT_NODE: 'a node cannot be placed, or its like is there already',
  ERR_CACHE_KEY: 'a key or tag of a cache is not a string of 1 to 1024 characters',
  ERR_CACHE_TTL: 'a time to live is not above 0 and at most 2^31 ms',
  ERR_CACHE_VALUE: 'a value cannot be kept in a cache, or is not of the kind asked for',
  ERR_CACHE_TOO_LARGE: 'a value is larger than the cache takes',
  ERR_CACHE_LOAD_TIMEOUT: 'a loader did not settle in time',
  ERR_CACHE_WAIT_TIMEOUT: 'a load did not end before the deadline of a caller',
  ERR_CACHE_CONTENTION: 'a key changed each time it was about to be written',
  ERR_CACHE_MOVED: 'a key moved to another shard twice while it was asked for',
  ERR_REGISTRY_REFUSED: 'a registration was refused',
  ERR_REGISTRY_NO_REPLICA: 'this thread has no replica of the registry',
  ERR_AGGREGATE_REPLAY: 'the events of an aggregate cannot be replayed',
  ERR_AGGREGATE_FENCED: 'another incarnation of the aggregate has written since',
  ERR_AGGREGATE_ENDED: 'the stream of an aggregate is closed for ever',
  ERR_AGGREGATE_DECISION:
    'decide or evolve of an aggregate threw or answered something else than events',
  ERR_AGGREGATE_COMMAND_REUSED: 'a command id was used before for another command',
  ERR_AGGREGATE_PROJECTION: 'a projection cannot go on',
  ERR_BROKER_SUBJECT: 'a subject or pattern is malformed',
  ERR_BROKER_PAYLOAD: 'a payload is too large or does not fit its schema',
  ERR_BROKER_STREAM: 'a stream or group cannot be made or used like this',
  ERR_BROKER_UNKNOWN: 'there is no such stream or group',
  ERR_BROKER_STALE: 'the delivery was settled, or is no longer the present one',
  ERR_BROKER_NO_RESPONDER: 'nobody is subscribed who could answer',
  ERR_BROKER_CLOSED: 'the broker or this client of it has ended',
  ERR_BROKER_DAMAGED: 'what the journal holds of a stream cannot be read',
  ERR_RAFT_FENCED: 'a later incarnation of a Raft node writes its log',
  ERR_BROKER_SLOW: 'a subscription was too slow and has ended',
  ERR_REGISTRY_NO_INSTANCE: 'there is no instance to call',
  ERR_RAFT_SNAPSHOT: 'a Raft snapshot cannot be restored',
  ERR_CONSTRUCTOR: 'an object was made with `new` that only the runtime makes',
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
    if (typeof text?.what !== 'string') {
      throw new TroupeError('ERR_OPTION', {
        what: `the text is ${String(text)}`,
        where: 'TroupeError',
        mend: "give { what: 'what happened' }",
      });
    }
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
