/**
 * Where an actor lives, as four numbers.
 *
 * - `thread`: index of the thread that hosts it (0 is the main thread).
 * - `creator`: serial of the thread that spawned it. Serials are never given twice in a system, so
 *   each thread can hand out addresses on any other thread without asking it.
 * - `slot`: index in what that creator spawned on that thread; used again after the actor is gone.
 * - `generation`: counts the uses of the slot, so that an old address never means a new actor.
 *
 * An actor keeps its address over restarts; the incarnation is not part of it.
 */
export interface Address {
  /** `0 <= thread < 2^8` */
  readonly thread: number;
  /** `0 < creator < 2^16` */
  readonly creator: number;
  /** `0 <= slot < 2^31` */
  readonly slot: number;
  /** `0 <= generation < 2^31` */
  readonly generation: number;
}

/** The address as text, equal exactly when the addresses are: `thread.creator.slot.generation`. */
export function addressKey(address: Address): string {
  return `${address.thread}.${address.creator}.${address.slot}.${address.generation}`;
}

/** True when both mean the same actor. */
export function sameAddress(a: Address, b: Address): boolean {
  return (
    a.slot === b.slot &&
    a.generation === b.generation &&
    a.thread === b.thread &&
    a.creator === b.creator
  );
}

/** The address behind a key, or undefined when it is none. */
export function parseAddressKey(key: string): Address | undefined {
  const parts = /^(\d{1,4})\.(\d{1,10})\.(\d{1,10})\.(\d{1,10})$/.exec(key);
  if (parts === null) return undefined;
  const [thread, creator, slot, generation] = parts.slice(1).map(Number);
  if (creator! >= 2 ** 16 || slot! >= 2 ** 31 || generation! >= 2 ** 31) return undefined;
  return { thread: thread!, creator: creator!, slot: slot!, generation: generation! };
}
