/**
 * Who answers for the message in hand.
 *
 * - `FREE`: the handler, by what it returns or throws
 * - `KEPT`: it has taken the requester to answer later. What it returns besides NO_REPLY, or throws, still
 *   answers: of several answers the first counts
 * - `PASSED`: forwarded or stashed; whoever handles it next
 */
export const Hand = { FREE: 0, KEPT: 1, PASSED: 2 } as const;

/** One of the values of {@link Hand}. */
export type Hand = (typeof Hand)[keyof typeof Hand];
