import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from 'troupe';
import { audit, type Finding } from './audit.js';
import { type BureauMode, CreditBureau } from './credit-bureau.js';
import { damages, damageText, type Incident } from './damage.js';
import { FAULTS } from './faults.js';
import { Load } from './load/load.js';
import type { Result } from './load/load-thread.js';
import { readSettings, setSettings, settle } from './load/one-more-customer.js';
import { KINDS } from './load/workload.js';
import type { Panel } from './panel.js';
import { SiteClient } from './site-client.js';

/** How the story is told. */
export interface StoryOptions {
  readonly folder: string;
  readonly port: number;
  readonly seconds: number;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

const CONNECTIONS = 12;
const LOOK_MS = 20;
const LIMIT_MS = 30_000;
/** When each fault begins, as shares of the time. */
const SCHEDULE = [0.12, 0.3, 0.5, 0.75] as const;
const SHORTEST_ILLNESS_MS = 1200;

/** A site under load: what harm is done to. */
interface Scene {
  readonly site: SiteClient;
  readonly load: Load;
}

/**
 * Opens the service, puts it under load, does it harm, stops it, opens it again from disk in a new process, and compares
 * what its customers were told with what is there.
 * @returns whether the audit holds
 */
export async function tell(options: StoryOptions, panel: Panel): Promise<boolean> {
  const bureau = await CreditBureau.open();
  const listener = {
    onEvent: (text: string) => panel.line(`  ${text}`),
    onBureau: (mode: BureauMode) => bureau.set(mode),
  };
  let site: SiteClient | undefined;
  let load: Load | undefined;
  try {
    const { folder, port, signal } = options;
    const at = { folder, port, bureauUrl: bureau.url };
    site = new SiteClient(listener);
    const { url, threads } = await site.open(at);
    const run = Date.now().toString(36);
    await site.openAccounts();
    const first = await setSettings(url, `${run}-first`);
    panel.line(`open at ${url} in process ${site.pid}, ${threads} threads and the main one`);
    signal.throwIfAborted();

    panel.begin(site);
    const args = { url, connections: CONNECTIONS, run, seed: 1 };
    load = new Load(args, (progress) => panel.progress(progress));
    const end = AbortSignal.any([signal, site.lost]);
    const incidents = await harmAll({ site, load }, { ...options, signal: end }, panel);
    panel.end();

    panel.line('stopping, under load');
    const [seen, report] = await Promise.all([load.stop(), site.close()]);
    [load, site] = [undefined, undefined];
    panel.line(
      `  stopped in ${report.ms.toFixed(0)} ms, ${report.clean ? 'in order' : report.alive.join()}`,
    );
    signal.throwIfAborted();

    site = new SiteClient(listener);
    const again = await site.open(at);
    const settled = await settle(again.url, seen.requests);
    panel.line(
      `open again from disk in process ${site.pid}; ${settled} requests without an answer were made again`,
    );
    const evidence = await site.gather();
    const uses = [...first, ...seen.uses, ...(await readSettings(again.url))];
    const findings = audit({ run, requests: seen.requests, uses, evidence });
    return conclude(findings, incidents, seen, panel) && report.clean;
  } catch (error) {
    site?.lost.throwIfAborted();
    throw error;
  } finally {
    panel.end();
    await load?.kill();
    // Why it ended by itself is known to whoever asked it for something.
    await site?.close().catch(() => {});
    await bureau.close();
  }
}

/** Does all the harm, each when the last is over, and lets the load go on for the rest of the time. */
async function harmAll(
  { site, load }: Scene,
  { seconds, signal }: StoryOptions,
  panel: Panel,
): Promise<readonly Incident[]> {
  const illMs = Math.max(SHORTEST_ILLNESS_MS, seconds * 120);
  const incidents: Incident[] = [];
  const beganMs = systemClock.now();
  const until = async (share: number): Promise<void> => {
    const leftMs = beganMs + share * seconds * 1000 - systemClock.now();
    await sleep(Math.max(LOOK_MS, leftMs), undefined, { signal });
  };
  // Nothing is harmed before all of it has worked.
  await answered(load, beganMs, signal);
  for (const [i, { name }] of FAULTS.entries()) {
    await until(SCHEDULE[i]!);
    panel.line(name);
    const startMs = systemClock.now();
    let wholeMs: number | undefined;
    try {
      await unlessAborted(site.harm(name, illMs), signal);
      wholeMs = systemClock.now();
      if (!(await answered(load, wholeMs, signal))) wholeMs = undefined;
    } catch (error) {
      signal.throwIfAborted();
      panel.line(`  ${(error as Error).message}`);
    }
    incidents.push({ name, beganMs: startMs, wholeMs });
  }
  await until(1);
  return incidents;
}

/** @throws the reason of the signal, when that comes first */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  });
}

/** Waits until requests of all kinds that began after a moment are answered. @returns false when that takes too long */
async function answered(load: Load, sinceMs: number, signal: AbortSignal): Promise<boolean> {
  const lastMs = systemClock.now() + LIMIT_MS;
  for (;;) {
    const began = load.last?.answeredBegan;
    if (began !== undefined && KINDS.every((kind) => began[kind] > sinceMs)) return true;
    if (systemClock.now() > lastMs) return false;
    await sleep(LOOK_MS, undefined, { signal });
  }
}

function conclude(
  findings: readonly Finding[],
  incidents: readonly Incident[],
  seen: Result,
  panel: Panel,
): boolean {
  panel.line('faults');
  const costs = damages(incidents, seen.failures);
  for (const cost of costs) panel.line(`  ${damageText(cost)}`);
  const others = seen.failures.length - costs.reduce((sum, cost) => sum + cost.failedCount, 0);
  if (others > 0) panel.line(`  before the first: ${others} tries failed`);
  panel.line('audit');
  for (const { name, text, faults } of findings) {
    panel.line(`  ${faults.length === 0 ? 'right' : 'WRONG'}  ${name}: ${text}`);
    for (const fault of faults.slice(0, 5)) panel.line(`         ${fault}`);
    if (faults.length > 5) panel.line(`         and ${faults.length - 5} more`);
  }
  const isRecovered = costs.every((cost) => cost.recoveredAfterMs !== undefined);
  const isRight = isRecovered && findings.every(({ faults }) => faults.length === 0);
  panel.line(isRight ? 'the audit holds' : 'THE AUDIT DOES NOT HOLD');
  return isRight;
}
