/**
 * Heartbeats in shared memory, so that a heartbeat is no message. 32-bit words:
 *
 * ```
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  Epochs begun: registries that have started on this memory    |  +0
 *  +---------------------------------------------------------------+
 *  |  Generation given last                                        |  +4
 *  +---------------------------------------------------------------+
 *  |  Slot 0: generation, 0 when free                              |  +8
 *  +---------------------------------------------------------------+
 *  |  Slot 0: moment of the last heartbeat, ms modulo 2^32         |  +12
 *  +---------------------------------------------------------------+
 *  |  Slot 1 ...                                                   |
 * ```
 *
 * The registry writes generations, first the generation of a slot, then its moment. Owners of leases write moments,
 * by compare-and-exchange against the moment that they read before the generation: so a heartbeat that was
 * set aside while its slot changed hands fails, and looks again.
 */
export const EPOCH_INDEX = 0;
export const GENERATION_INDEX = 1;
const SLOTS_INDEX = 2;
const SLOT_WORDS = 2;

/** Index of the generation of a slot. */
export function slotGenerationIndex(slot: number): number {
  return SLOTS_INDEX + slot * SLOT_WORDS;
}

/** Index of the moment of the last heartbeat of a slot. */
export function slotMomentIndex(slot: number): number {
  return SLOTS_INDEX + slot * SLOT_WORDS + 1;
}

/** Bytes for so many slots. */
export function leaseWordsLength(slotCount: number): number {
  return 4 * (SLOTS_INDEX + slotCount * SLOT_WORDS);
}

/** Slots in so many bytes. */
export function slotCountOf(byteLength: number): number {
  return (byteLength / 4 - SLOTS_INDEX) / SLOT_WORDS;
}
