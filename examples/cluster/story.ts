import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from 'troupe';
import { audit, type Finding } from './audit.js';
import { CreditBureau } from './credit-bureau.js';
import { damages, damageText, type Incident } from './damage.js';
import { gather, readSettings, setSettings, settle } from './evidence.js';
import { FAULTS, type Scene } from './faults.js';
import { Load } from './load/load.js';
import type { Result } from './load/load-thread.js';
import { KINDS } from './load/workload.js';
import { openAccounts } from './opening.js';
import type { Panel } from './panel.js';
import { Site } from './site.js';

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

/**
 * Opens the service, puts it under load, does it harm, stops it, opens it again from disk, and compares what its customers
 * were told with what is there.
 * @returns whether the audit holds
 */
export async function tell(options: StoryOptions, panel: Panel): Promise<boolean> {
  const bureau = await CreditBureau.open();
  let site: Site | undefined;
  let load: Load | undefined;
  try {
    const { folder, port, seconds, signal } = options;
    const at = { folder, bureauUrl: bureau.url };
    site = await Site.open({ ...at, port });
    const run = Date.now().toString(36);
    await openAccounts(site.service);
    const first = await setSettings(site, `${run}-first`);
    panel.line(`open at ${site.http.url}, ${site.system.threads} threads and the main one`);
    narrate(site, panel);
    signal.throwIfAborted();

    panel.begin(site);
    const args = { url: site.http.url, connections: CONNECTIONS, run, seed: 1 };
    load = new Load(args, (progress) => panel.progress(progress));
    const illMs = Math.max(SHORTEST_ILLNESS_MS, seconds * 120);
    const scene = { site, bureau, illMs, signal };
    const incidents = await harmAll(scene, load, options, panel);
    panel.end();

    panel.line('stopping, under load');
    const [seen, report] = await Promise.all([load.stop(), site.close()]);
    load = undefined;
    panel.line(
      `  stopped in ${report.ms.toFixed(0)} ms, ${report.clean ? 'in order' : report.alive.join()}`,
    );
    site = undefined;
    signal.throwIfAborted();

    site = await Site.open({ ...at, port });
    const settled = await settle(site.http.url, seen.requests);
    panel.line(`open again from disk; ${settled} requests without an answer were made again`);
    const evidence = await gather(site);
    const uses = [...first, ...seen.uses, ...(await readSettings(site))];
    const findings = audit({ run, requests: seen.requests, uses, evidence });
    return conclude(findings, incidents, seen, panel) && report.clean;
  } finally {
    panel.end();
    await load?.kill();
    await site?.close();
    await bureau.close();
  }
}

/** Tells what happens in the system. */
function narrate({ system }: Site, panel: Panel): void {
  system.events.on('actor-failed', ({ kind, thread, error }) => {
    panel.line(`  ${kind} on thread ${thread} failed: ${error.message.split(/[;[]/)[0]?.trim()}`);
  });
  system.events.on('thread-blocked', ({ thread, kind, blockedMs }) => {
    panel.line(`  thread ${thread} is held by ${kind} for ${Math.round(blockedMs)} ms`);
  });
  system.events.on('thread-died', ({ thread }) => panel.line(`  thread ${thread} died`));
  system.events.on('thread-replaced', ({ thread, afterMs }) => {
    panel.line(`  thread ${thread} was replaced after ${Math.round(afterMs)} ms`);
  });
}

/** Does all the harm, each when the last is over, and lets the load go on for the rest of the time. */
async function harmAll(
  scene: Scene,
  load: Load,
  { seconds, signal }: StoryOptions,
  panel: Panel,
): Promise<readonly Incident[]> {
  const incidents: Incident[] = [];
  const beganMs = systemClock.now();
  const until = async (share: number): Promise<void> => {
    const leftMs = beganMs + share * seconds * 1000 - systemClock.now();
    await sleep(Math.max(LOOK_MS, leftMs), undefined, { signal });
  };
  // Nothing is harmed before all of it has worked.
  await answered(load, beganMs, signal);
  for (const [i, { name, harm }] of FAULTS.entries()) {
    await until(SCHEDULE[i]!);
    panel.line(name);
    const startMs = systemClock.now();
    let wholeMs: number | undefined;
    try {
      await harm(scene);
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
