/** What is known of one client session: which of its commands were applied, and what they were answered. */
interface Session {
  /** Index of the last entry of this session. */
  lastUsed: number;
  /** The client waits for no answer below this. */
  lowest: number;
  /** Answers from `lowest` on. */
  replies: Map<number, unknown>;
}

/** Shared by all tables that have none. Never put anything in. */
const NO_SESSIONS = new Map<number, Session>();

/** Nobody waits for the answers below `lowest` any more. */
function raise(session: Session, lowest: number): void {
  const { replies } = session;
  if (lowest - session.lowest <= replies.size) {
    for (let sequence = session.lowest; sequence < lowest; sequence++) replies.delete(sequence);
  } else {
    for (const answered of replies.keys()) if (answered < lowest) replies.delete(answered);
  }
  session.lowest = lowest;
}

/** A session as plain data: id, last use, lowest, replies. */
export type SessionRow = readonly [number, number, number, readonly (readonly [number, unknown])[]];

/** Why a command is not applied. `stale`: it was, and its answer is forgotten because nobody waited for it. */
export type SessionRefusal = 'expired' | 'stale';

/**
 * Client sessions (thesis, section 6.3): each command is applied at most once, and is answered the same however
 * often it comes. Part of the replicated state: every node holds the same table at the same index, and so all
 * expire the same sessions, those not used for longest when there are too many.
 */
export class SessionTable {
  readonly #maxCount: number;
  /** In order of use, oldest first. */
  #sessions: Map<number, Session> = NO_SESSIONS;
  /** The session that was used last, 0 when it is not known: it stands at the end already. */
  #latest = 0;

  constructor(maxCount: number) {
    this.#maxCount = maxCount;
  }

  get count(): number {
    return this.#sessions.size;
  }

  /** Opens the session that is called by the index of its entry. */
  open(index: number): void {
    if (this.#sessions === NO_SESSIONS) this.#sessions = new Map();
    this.#sessions.set(index, { lastUsed: index, lowest: 1, replies: new Map() });
    this.#latest = index;
    if (this.#sessions.size <= this.#maxCount) return;
    const [oldest] = this.#sessions.keys();
    this.#sessions.delete(oldest!);
  }

  /** @returns the answer of a command that was applied, why it must not be, or undefined: apply it */
  find(
    id: number,
    sequence: number,
  ): { readonly reply: unknown } | { readonly refusal: SessionRefusal } | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return { refusal: 'expired' };
    if (session.replies.has(sequence)) return { reply: session.replies.get(sequence) };
    return sequence < session.lowest ? { refusal: 'stale' } : undefined;
  }

  /** A command was applied. */
  record(id: number, sequence: number, lowest: number, index: number, reply: unknown): void {
    const session = this.#sessions.get(id)!;
    if (id !== this.#latest) {
      this.#sessions.delete(id);
      this.#sessions.set(id, session);
      this.#latest = id;
    }
    session.lastUsed = index;
    session.replies.set(sequence, reply);
    if (lowest > session.lowest) raise(session, lowest);
  }

  /** As plain data, in order of use. */
  save(): SessionRow[] {
    return [...this.#sessions].map(([id, { lastUsed, lowest, replies }]) => [
      id,
      lastUsed,
      lowest,
      [...replies],
    ]);
  }

  restore(rows: readonly SessionRow[]): void {
    this.#latest = 0;
    this.#sessions = new Map(
      rows.map(([id, lastUsed, lowest, replies]) => [
        id,
        { lastUsed, lowest, replies: new Map(replies) },
      ]),
    );
  }
}
