import { connect } from 'node:net';
import type { HealthStatus } from './health.js';
import type { CheckSpec } from './registration.js';

/** What a probe found. */
export interface ProbeResult {
  readonly result: HealthStatus;
  readonly output: string;
}

/**
 * Makes one probe; never rejects.
 *
 * HTTP: 2xx is passing, 429 warning, all else critical, redirects included. TCP: passing when a connection comes
 * about.
 */
export async function probe(spec: CheckSpec, ended: AbortSignal): Promise<ProbeResult> {
  try {
    if (spec.kind === 'http') return await probeHttp(spec.url, limit(spec.timeoutMs, ended));
    if (spec.kind === 'tcp') {
      return await probeTcp(spec.host, spec.port, limit(spec.timeoutMs, ended));
    }
    return { result: 'critical', output: `no probe for checks of the kind ${spec.kind}` };
  } catch (error) {
    return { result: 'critical', output: describe(error) };
  }
}

function limit(timeoutMs: number | undefined, ended: AbortSignal): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(timeoutMs ?? 5000), ended]);
}

async function probeHttp(url: string, signal: AbortSignal): Promise<ProbeResult> {
  const response = await fetch(url, { signal, redirect: 'manual' });
  await response.body?.cancel();
  const output = `HTTP ${response.status}`;
  if (response.ok) return { result: 'passing', output };
  return { result: response.status === 429 ? 'warning' : 'critical', output };
}

function probeTcp(host: string, port: number, signal: AbortSignal): Promise<ProbeResult> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const settle = (act: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      act();
    };
    const onAbort = (): void => settle(() => reject(signal.reason));
    signal.addEventListener('abort', onAbort);
    socket.once('connect', () => settle(() => resolve({ result: 'passing', output: 'connected' })));
    socket.once('error', (error) => settle(() => reject(error)));
    if (signal.aborted) onAbort();
  });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
