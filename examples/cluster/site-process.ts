/** A site in a process of its own, which does what its parent asks, and ends with it. */
import { isMainThread } from 'node:worker_threads';
import type { SystemEvents } from 'troupe';
import type { BureauMode } from './credit-bureau.js';
import { gather } from './evidence.js';
import { FAULTS } from './faults.js';
import { openAccounts } from './opening.js';
import { Site, THREADS } from './site.js';
import type { SiteCall, SiteCalls, SiteWord } from './site-protocol.js';

const FIGURES_MS = 200;

/** Ends what is under way when it is to close. */
const end = new AbortController();
let opening: Promise<Site> | undefined;
let site: Site | undefined;

/** Resolves when it is said; whoever has gone hears nothing any more. */
function say(word: SiteWord): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send!(word, () => resolve());
    else resolve();
  });
}

const CALLS: SiteCalls = {
  async open(options) {
    opening = Site.open(options);
    site = await opening;
    narrate(site);
    setInterval(tellFigures, FIGURES_MS).unref();
    return { url: site.http.url, threads: THREADS };
  },
  openAccounts: () => openAccounts(site!.service),
  async harm(name, illMs) {
    const fault = FAULTS.find((each) => each.name === name)!;
    const bureau = { set: (mode: BureauMode) => void say({ type: 'bureau', mode }) };
    await fault.harm({ site: site!, bureau, illMs, signal: end.signal });
  },
  gather: () => gather(site!),
  async close() {
    end.abort();
    const opened = await opening?.catch(() => undefined);
    [opening, site] = [undefined, undefined];
    const report = await opened?.close();
    return { clean: report?.clean ?? true, ms: report?.ms ?? 0, alive: report?.alive ?? [] };
  },
};

/** Tells what happens in the system. */
function narrate({ system }: Site): void {
  const tell = <E extends keyof SystemEvents>(
    name: E,
    text: (event: Parameters<SystemEvents[E]>[0]) => string,
  ): void => {
    const listener = (event: Parameters<SystemEvents[E]>[0]): void =>
      void say({ type: 'event', text: text(event) });
    system.events.on(name, listener as SystemEvents[E]);
  };
  tell('actor-failed', ({ kind, thread, error }) => {
    return `${kind} on thread ${thread} failed: ${error.message.split(/[;[]/)[0]?.trim()}`;
  });
  tell('thread-blocked', ({ thread, kind, blockedMs }) => {
    return `thread ${thread} is held by ${kind} for ${Math.round(blockedMs)} ms`;
  });
  tell('thread-died', ({ thread }) => `thread ${thread} died`);
  tell('thread-replaced', ({ thread, afterMs }) => {
    return `thread ${thread} was replaced after ${Math.round(afterMs)} ms`;
  });
}

function tellFigures(): void {
  if (site === undefined) return;
  const { system, parts } = site;
  const { threads } = system.metrics();
  const handled = threads.slice(0, system.threads + 1).map((thread) => thread.handled);
  const { aliveThreads } = system;
  void say({ type: 'figures', figures: { handled, aliveThreads, breaker: parts.breaker.phase } });
}

async function answer({ number, name, args }: SiteCall): Promise<void> {
  try {
    const value = await (CALLS[name] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
    await say({ type: 'answer', number, value });
  } catch (error) {
    const { message, code = '', stack = '' } = error as NodeJS.ErrnoException;
    await say({ type: 'failed', number, error: { message, code, stack } });
  }
  if (name === 'close') process.disconnect?.();
}

if (isMainThread) {
  // A terminal sends them to all processes: the parent decides.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  process.on('message', (call: SiteCall) => void answer(call));
  process.once('disconnect', () => void CALLS.close().finally(() => process.exit()));
}
