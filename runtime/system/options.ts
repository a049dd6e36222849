import { availableParallelism, constants } from 'node:os';
import { pathToFileURL } from 'node:url';
import type { SupervisionOptions } from '../actor/spawn-options.js';
import { isPowerOfTwo } from '../base/bits.js';
import { checkNames, type OptionNames } from '../base/check-option.js';
import { TroupeError } from '../base/errors.js';
import { createMeters } from '../memory/meter-descriptor.js';
import { resolveSupervisor } from '../supervision/strategy.js';
import { MAX_TIMEOUT_MS } from '../worker/ask-table.js';
import type { CodecDefinition } from '../worker/codecs.js';
import { memberCount, type ThreadConfig } from '../worker/thread-config.js';
import type { ResourceLimits } from '../worker/thread-host.js';

/** How a system is started. Every field has a default; units are in the names. */
export interface SystemOptions {
  /** For logs and references: letters, digits and `-_.`; `troupe` when left out. */
  readonly name?: string;
  /** Worker threads, 0 to 64: the number of processors when left out. 0 keeps everything on this thread. */
  readonly threads?: number;
  /** Threads held back for actors placed `pinned`, 0 to 32; 4. They cost nothing until used. */
  readonly pinnedThreads?: number;
  /** How the actors of `system.spawn` are supervised. */
  readonly supervision?: SupervisionOptions;
  /** Deaths of threads within `periodMs` before the system gives up; 5 in 60,000 ms. */
  readonly threadIntensity?: { readonly intensity?: number; readonly periodMs?: number };
  /** Deadline of an ask that gives none; 5000. */
  readonly askTimeoutMs?: number;
  /** Codecs for classes of your own. */
  readonly codecs?: readonly CodecDefinition[];
  /** Sends same-thread messages through the codec and freezes them, to find mistakes early; false. */
  readonly strict?: boolean;
  /**
   * Puts a checksum behind each record that goes between threads and looks at it before the record is read, to find
   * whoever writes into memory that is not his: a native addon, a faulty machine. Damage is then never taken for
   * another message. Buffers above 32 KiB go beside the rings and are not covered. Either side reads each record once
   * more for it (`npm run bench -- features.checksums`). False by default.
   */
  readonly checksums?: boolean;
  /**
   * 0 to 10: how much processor an idle thread may use to answer faster. 0 parks at once; 10 polls for
   * 5 ms first. 1 (polls for 50 us) when there are processors to spare, otherwise 0.
   */
  readonly idleLevel?: number;
  /** Messages an actor handles before the next one has its turn, 1 to 100,000; 256. */
  readonly throughput?: number;
  /** Milliseconds of messages before timers and I/O of the thread have their turn; 2. */
  readonly ioBudgetMs?: number;
  /** Bytes of the ring between two threads, a power of two from 4096; 1,048,576. Only what is used takes memory. */
  readonly ringBytes?: number;
  /** Largest message, encoded; 64 MiB. */
  readonly maxMessageBytes?: number;
  /** Messages held for one thread whose ring is full; 65,536. */
  readonly overflowMessages?: number;
  /** Their bytes; 64 MiB. */
  readonly overflowBytes?: number;
  /** Warns of a handler that blocks its thread for `warnMs` (1000); ends the thread after `killMs` (never). */
  readonly watchdog?: { readonly warnMs?: number; readonly killMs?: number };
  /** Whether a promise that rejects unawaited fails the actor that made it; true. Each promise of the thread pays for it. */
  readonly attributePromises?: boolean;
  /** Dead letters of one reason that a thread reports each second; 10. All are counted. */
  readonly deadLetterEvents?: number;
  /** Signals of the operating system that stop this system; none. */
  readonly stopOn?: readonly NodeJS.Signals[];
  /** Deadline of a stop that gives none; 10,000. */
  readonly stopDeadlineMs?: number;
  /** Limits of V8 for each worker thread. */
  readonly resourceLimits?: ResourceLimits;
  /** Module that worker threads run: for bundles, see the README. */
  readonly entry?: { readonly module: string | URL; readonly name: string };
  /**
   * Measures threads, kinds of actors, waits in mailboxes and asks, in shared memory; false. See `metrics` and
   * `serveDashboard`. Counters are there without it.
   */
  readonly metrics?: boolean;
  /** Messages carry the context of `withTrace` along, and handlers run under that of their message; false. */
  readonly traceContext?: boolean;
  /**
   * Has each handled message and each ask be a span of OpenTelemetry, one trace over all threads, and observes the
   * figures with its meter; false. Needs `@opentelemetry/api`, and an SDK on each thread: see `observe/README.md`.
   */
  readonly openTelemetry?: boolean;
}

/** Options checked and complete. */
export interface ResolvedOptions {
  readonly thread: ThreadConfig;
  readonly supervision: SupervisionOptions;
  readonly threadIntensity: { readonly intensity: number; readonly periodMs: number };
  readonly watchdog: { readonly warnMs: number; readonly killMs: number };
  readonly stopOn: readonly NodeJS.Signals[];
  readonly stopDeadlineMs: number;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly entry: { readonly module: string; readonly name: string };
}

const SIGNAL_RING_BYTES = 64 * 1024;
const DICTIONARY_BYTES = 64 * 1024;
const SLICE_MS = 1;
const ASK_PROBE_MS = 50;
/** Milliseconds of polling by idle level. */
const SPIN_MS = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 3, 5] as const;

const KNOWN: OptionNames<SystemOptions> = {
  name: true,
  threads: true,
  pinnedThreads: true,
  supervision: true,
  threadIntensity: true,
  askTimeoutMs: true,
  codecs: true,
  strict: true,
  checksums: true,
  idleLevel: true,
  throughput: true,
  ioBudgetMs: true,
  ringBytes: true,
  maxMessageBytes: true,
  overflowMessages: true,
  overflowBytes: true,
  watchdog: true,
  attributePromises: true,
  deadLetterEvents: true,
  stopOn: true,
  stopDeadlineMs: true,
  resourceLimits: true,
  entry: true,
  metrics: true,
  traceContext: true,
  openTelemetry: true,
};

const RATE = { intensity: true, periodMs: true } as const;
const WATCHDOG = { warnMs: true, killMs: true } as const;
const ENTRY = { module: true, name: true } as const;
const LIMITS: OptionNames<ResourceLimits> = {
  maxOldGenerationSizeMb: true,
  maxYoungGenerationSizeMb: true,
  codeRangeSizeMb: true,
  stackSizeMb: true,
};

/**
 * Checks options and fills in defaults.
 * @throws {TroupeError} ERR_OPTION naming the option, what it was, and what it may be
 */
export function resolveOptions(options: SystemOptions, defaultEntry: string): ResolvedOptions {
  checkAllNames(options);
  const name = options.name ?? 'troupe';
  if (typeof name !== 'string' || !/^[A-Za-z0-9_.-]{1,64}$/.test(name)) {
    throw refusal('name', name, '1 to 64 letters, digits and -_.');
  }
  const threads = integer('threads', options.threads ?? availableParallelism(), 0, 64);
  const ringBytes = integer('ringBytes', options.ringBytes ?? 2 ** 20, 4096, 2 ** 28);
  if (!isPowerOfTwo(ringBytes)) throw refusal('ringBytes', ringBytes, 'a power of two');
  const spare = threads <= availableParallelism();
  const idleLevel = integer('idleLevel', options.idleLevel ?? (spare ? 1 : 0), 0, 10);
  const isSpanned = flag('openTelemetry', options.openTelemetry ?? false);
  const unmetered: ThreadConfig = {
    systemName: name,
    threads,
    pinnedThreads: integer('pinnedThreads', options.pinnedThreads ?? 4, 0, 32),
    channel: {
      signalRingBytes: SIGNAL_RING_BYTES,
      userRingBytes: ringBytes,
      dictionaryBytes: DICTIONARY_BYTES,
      checksums: flag('checksums', options.checksums ?? false),
    },
    maxMessageBytes: integer(
      'maxMessageBytes',
      options.maxMessageBytes ?? 64 * 2 ** 20,
      1024,
      2 ** 30,
    ),
    overflowMessages: integer('overflowMessages', options.overflowMessages ?? 65_536, 1, 2 ** 30),
    overflowBytes: integer('overflowBytes', options.overflowBytes ?? 64 * 2 ** 20, 1024, 2 ** 40),
    throughput: integer('throughput', options.throughput ?? 256, 1, 100_000),
    sliceMs: SLICE_MS,
    ioBudgetMs: positive('ioBudgetMs', options.ioBudgetMs ?? 2),
    spinMs: SPIN_MS[idleLevel]!,
    askTimeoutMs: positive('askTimeoutMs', options.askTimeoutMs ?? 5000, MAX_TIMEOUT_MS),
    askProbeMs: ASK_PROBE_MS,
    strict: flag('strict', options.strict ?? false),
    attributePromises: flag('attributePromises', options.attributePromises ?? true),
    deadLetterEvents: integer('deadLetterEvents', options.deadLetterEvents ?? 10, 0, 1e6),
    codecs: (options.codecs ?? []).map(({ module, name: codec }) => ({ module, name: codec })),
    meters: null,
    traceContext: flag('traceContext', options.traceContext ?? false) || isSpanned,
    openTelemetry: isSpanned,
  };
  const isMetered = flag('metrics', options.metrics ?? false);
  const thread = isMetered
    ? { ...unmetered, meters: createMeters(memberCount(unmetered)) }
    : unmetered;
  const { threadIntensity = {}, watchdog = {} } = options;
  const { intensity = 5, periodMs = 60_000 } = threadIntensity;
  const { warnMs = 1000, killMs = Number.POSITIVE_INFINITY } = watchdog;
  return {
    thread,
    supervision: resolveSupervisor(options.supervision, 'ActorSystem.start supervision'),
    threadIntensity: {
      intensity: integer('threadIntensity.intensity', intensity, 0, 1e6),
      periodMs: positive('threadIntensity.periodMs', periodMs),
    },
    watchdog: {
      warnMs: positive('watchdog.warnMs', warnMs),
      killMs: positive('watchdog.killMs', killMs),
    },
    stopOn: (options.stopOn ?? []).map(signalName),
    stopDeadlineMs: positive('stopDeadlineMs', options.stopDeadlineMs ?? 10_000),
    resourceLimits: options.resourceLimits,
    entry: entryOf(options.entry, defaultEntry),
  };
}

function checkAllNames(options: SystemOptions): void {
  checkNames('ActorSystem.start', options, KNOWN);
  const { threadIntensity, watchdog, resourceLimits, entry } = options;
  if (threadIntensity !== undefined) checkNames('threadIntensity', threadIntensity, RATE);
  if (watchdog !== undefined) checkNames('watchdog', watchdog, WATCHDOG);
  if (resourceLimits !== undefined) checkNames('resourceLimits', resourceLimits, LIMITS);
  if (entry !== undefined) checkNames('entry', entry, ENTRY);
}

function entryOf(
  entry: SystemOptions['entry'],
  defaultEntry: string,
): { module: string; name: string } {
  if (entry === undefined) return { module: defaultEntry, name: 'default' };
  const module = String(entry.module);
  return {
    module: URL.canParse(module) ? module : pathToFileURL(module).href,
    name: entry.name,
  };
}

function integer(option: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
    return value;
  }
  throw refusal(option, value, `an integer from ${least} to ${most}`);
}

function positive(option: string, value: unknown, most = Number.POSITIVE_INFINITY): number {
  if (typeof value === 'number' && value > 0 && value <= most) return value;
  const limit = most === Number.POSITIVE_INFINITY ? '' : `, at most ${most}`;
  throw refusal(option, value, `a number greater than 0${limit}`);
}

function signalName(value: NodeJS.Signals): NodeJS.Signals {
  if (Object.hasOwn(constants.signals, value)) return value;
  throw refusal('stopOn', value, "names of signals, such as 'SIGTERM'");
}

function flag(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw refusal(option, value, 'true or false');
}

function refusal(option: string, value: unknown, allowed: string): TroupeError {
  return new TroupeError('ERR_OPTION', {
    what: `${option} is ${typeof value === 'string' ? `'${value}'` : String(value)}`,
    where: 'ActorSystem.start',
    mend: `use ${allowed}`,
  });
}
