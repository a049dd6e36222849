import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { ActorSystem, type SystemMetrics, type SystemOptions } from 'troupe';
import { check } from './harness.js';

/** No ask of a bench may run into its deadline while work of seconds is under way. */
const ASK_TIMEOUT_MS = 120_000;
/** Rounds of the event loop in which the last counters of other threads become visible. */
const SETTLE_LIMIT = 1000;

/**
 * Starts a system with the defaults but for a long ask deadline and what the bench is about. A dead
 * letter or a failed actor ends the process at once: what is missing would be waited for in vain.
 */
export async function startSystem(options: SystemOptions): Promise<ActorSystem> {
  const system = await ActorSystem.start({
    name: 'bench',
    askTimeoutMs: ASK_TIMEOUT_MS,
    ...options,
  });
  system.events.on('dead-letter', (event) => abandon('a message became a dead letter', event));
  system.events.on('actor-failed', (event) => abandon('an actor failed', event));
  return system;
}

function abandon(what: string, event: unknown): never {
  process.stderr.write(`${what}: ${inspect(event)}\n`);
  process.exit(1);
}

/**
 * The law of conservation at the end of a round: all that was sent was handled, nothing became a dead
 * letter and nothing is still under way.
 * @throws {Error} with the numbers when it does not hold
 */
export async function assertConserved(system: ActorSystem): Promise<void> {
  let metrics = system.metrics();
  // A sender counts a message when it has gone: its receiver may have counted it by then.
  const isUnder = ({ total, queued }: SystemMetrics): boolean =>
    total.sent !== total.handled || queued !== 0;
  for (let i = 0; i < SETTLE_LIMIT && isUnder(metrics); i++) {
    await setImmediate();
    metrics = system.metrics();
  }
  const { total, deadLetters, queued } = metrics;
  check(
    total.sent === total.handled && deadLetters === 0 && queued === 0,
    () => `sent ${total.sent}, handled ${total.handled}, dead ${deadLetters}, queued ${queued}`,
  );
}
