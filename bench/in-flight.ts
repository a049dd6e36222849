import { check, nowNs } from './harness.js';

/**
 * Makes `count` requests, `outstanding` at a time, and checks that each is answered with its number
 * plus one. A promise for each.
 * @param count a multiple of `outstanding`
 */
export async function inFlight(
  count: number,
  outstanding: number,
  ask: (i: number) => Promise<number>,
): Promise<{ startNs: number; endNs: number; sum: number }> {
  let sum = 0;
  const client = async (): Promise<void> => {
    for (let i = 0; i < count / outstanding; i++) {
      const answer = await ask(i);
      check(answer === i + 1, () => `${i} was answered with ${answer}`);
      sum++;
    }
  };
  const startNs = nowNs();
  await Promise.all(Array.from({ length: outstanding }, client));
  return { startNs, endNs: nowNs(), sum };
}
