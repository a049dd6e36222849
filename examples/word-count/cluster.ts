import { type ActorRef, ActorSystem, type Message } from 'troupe';
import { Coordinator } from './coordinator.js';
import { Faults, poisonedUnitOf } from './faults.js';
import type { SourceFile } from './file-list.js';
import type { Counts } from './plain-pass.js';
import type { Cluster, Progress, RunResult } from './protocol.js';
import { addColumns, type Columns, type Tally } from './tally.js';
import { numbered, type TreeSize, WordCount } from './tree.js';
import { cutIntoUnits } from './work-units.js';

/** Tokenizers of a thread: while one waits for a shard, the other has work. */
const TOKENIZERS_PER_THREAD = 2;
const SHARDS_PER_THREAD = 2;
/** No deadline of its own: the coordinator gives up when there is no hope, Ctrl-C at any time. */
const RUN_TIMEOUT_MS = 24 * 3600 * 1000;
const RECOVERY_TIMEOUT_MS = 20_000;
/** How long actors may take to end when the user has pressed Ctrl-C. */
const INTERRUPT_DEADLINE_MS = 2000;

/** How a cluster is run. */
export interface ClusterOptions {
  readonly threads: number;
  readonly withFaults: boolean;
  /** Ends the run early. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Takes a line about something that happened. */
  readonly log: (line: string) => void;
}

/** What the cluster counted, and how. */
export interface ClusterRun extends TreeSize {
  readonly counts: Counts;
  readonly unitCount: number;
  readonly repeated: number;
}

/** Starts a system, has it count all files, and stops it. @throws {Error} when it cannot be done */
export async function countWithCluster(
  files: readonly SourceFile[],
  options: ClusterOptions,
): Promise<ClusterRun> {
  const { threads, signal } = options;
  const system = await ActorSystem.start({ name: 'word-count', threads });
  try {
    const size = {
      tokenizerCount: TOKENIZERS_PER_THREAD * threads,
      shardCount: SHARDS_PER_THREAD * threads,
    };
    const cluster = await startTree(system, size);
    const units = cutIntoUnits(files);
    const { totals, table, repeated } = await run(system, cluster, units, options);
    const [identifiers, words] = [toTally(table.identifiers), toTally(table.words)];
    return { ...size, counts: { totals, identifiers, words }, unitCount: units.length, repeated };
  } finally {
    await system.stop(signal.aborted ? { deadlineMs: INTERRUPT_DEADLINE_MS } : {});
  }
}

async function startTree(system: ActorSystem, size: TreeSize): Promise<Cluster> {
  // Temporary: when the supervisor gives up, so does the program; the coordinator watches it.
  const tree = system.spawn(WordCount, size, {
    name: 'word-count',
    placement: 'main',
    restart: 'temporary',
  });
  await system.started(tree);
  // References outlive restarts and dead threads: it is enough to look them up once.
  const find = async <M extends Message>(name: string): Promise<ActorRef<M>> => {
    const actor = await system.resolve<M>(`/user/word-count/${name}`);
    if (actor === undefined) throw new Error(`the tree has no ${name}`);
    return actor;
  };
  const findAll = <M extends Message>(name: string, count: number): Promise<ActorRef<M>[]> =>
    Promise.all(numbered(name, count).map((each) => find<M>(each)));
  return {
    tree,
    aggregator: await find('aggregator'),
    shards: await findAll('shard', size.shardCount),
    tokenizers: await findAll('tokenizer', size.tokenizerCount),
    reader: await find('reader'),
  };
}

async function run(
  system: ActorSystem,
  cluster: Cluster,
  units: ReturnType<typeof cutIntoUnits>,
  { withFaults, signal, onProgress, log }: ClusterOptions,
): Promise<RunResult> {
  signal.throwIfAborted();
  const faults = withFaults ? new Faults(system, cluster, log) : undefined;
  system.events.on('user', ({ name, payload }) => {
    if (name === 'progress') {
      onProgress(payload as Progress);
      faults?.onProgress(payload as Progress);
    } else if (name === 'note') log(`  ${payload as string}`);
  });
  const coordinator = system.spawn(Coordinator, undefined, {
    name: 'coordinator',
    placement: 'main',
    restart: 'temporary',
  });
  const giveUp = () => coordinator.tell({ type: 'giveUp', why: 'interrupted' });
  signal.addEventListener('abort', giveUp, { once: true });
  const poisonedUnit = withFaults ? poisonedUnitOf(units.length) : -1;
  const result = await coordinator.ask(
    { type: 'run', cluster, units, poisonedUnit },
    { timeoutMs: RUN_TIMEOUT_MS },
  );
  if (faults !== undefined) await inTime(faults.recovered);
  return result;
}

/** @throws {Error} when the recovery takes too long */
async function inTime(recovered: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error('the cluster did not recover from both faults');
    timer = setTimeout(() => reject(error), RECOVERY_TIMEOUT_MS);
  });
  await Promise.race([recovered, late]).finally(() => clearTimeout(timer));
}

function toTally(columns: Columns): Tally {
  const tally: Tally = new Map();
  addColumns(tally, columns);
  return tally;
}
