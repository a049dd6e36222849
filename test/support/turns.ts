import { setImmediate } from 'node:timers/promises';

/** Turns of the event loop that `until` waits at most: seconds of real time, and not one of them slept. */
const MAX_TURNS = 3_000_000;

/**
 * Lets the event loop turn until the condition holds.
 * @throws {Error} naming `what` when it does not come true within a bounded number of turns
 */
export async function until(
  what: string,
  condition: () => boolean,
  maxTurns = MAX_TURNS,
): Promise<void> {
  for (let turn = 0; turn < maxTurns; turn++) {
    if (condition()) return;
    await setImmediate();
  }
  throw new Error(`not within ${maxTurns} turns: ${what}`);
}

/** As `until`, for a condition that has to be asked for; each question is one turn. */
export async function untilAsync(
  what: string,
  condition: () => Promise<boolean>,
  maxQuestions = 100_000,
): Promise<void> {
  for (let question = 0; question < maxQuestions; question++) {
    if (await condition()) return;
    await setImmediate();
  }
  throw new Error(`not within ${maxQuestions} questions: ${what}`);
}
