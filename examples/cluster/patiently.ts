import { Retry } from 'troupe/resilience';

const retry = new Retry({
  attempts: 100,
  totalMs: 30_000,
  backoff: { minMs: 20, maxMs: 500 },
});

/** Calls until it succeeds, for half a minute: what may be repeated, while everything is just starting. */
export function patiently<T>(call: () => Promise<T>): Promise<T> {
  return retry.run(call, { idempotent: true });
}
