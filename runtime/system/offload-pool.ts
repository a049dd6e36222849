import { Piscina } from 'piscina';
import { defineActor, type LoadedDefinition } from '../actor/definition.js';
import { NO_REPLY } from '../actor/handlers.js';
import { asJob, type LoadedJob } from '../actor/job.js';
import { TroupeError } from '../base/errors.js';
import { launching } from '../worker/launch.js';
import { loadExport } from '../worker/module-loader.js';
import { markThread } from '../worker/nested-system.js';
import type { OffloadMessage } from '../worker/offload.js';
import { JobFailure } from './job-failure.js';

interface RunRequest {
  readonly module: string;
  readonly name: string;
  readonly args: unknown;
}

const LAUNCHING = launching(import.meta.url, 'runJob');

/** Jobs that wait for a thread of the pool; more are refused. */
const MAX_QUEUE = 10_000;

/**
 * The pool for CPU-bound jobs: piscina, started at the first job. It is apart from the threads of the
 * actors, so that a long job delays none of them.
 *
 * @thread main
 */
export class OffloadPool {
  readonly #maxThreads: number;
  #pool: Piscina | null = null;

  /** @param maxThreads at most; they end by themselves when idle */
  constructor(maxThreads: number) {
    this.#maxThreads = Math.max(1, maxThreads);
  }

  /** @throws {TroupeError} ERR_OFFLOAD; what the job itself throws comes as it is */
  async run(request: RunRequest, timeoutMs: number): Promise<unknown> {
    this.#pool ??= this.#start();
    const signal = AbortSignal.timeout(timeoutMs);
    let outcome: JobOutcome;
    try {
      outcome = (await this.#pool.run(LAUNCHING.taskOf(request), { signal })) as JobOutcome;
    } catch (error) {
      if ((error as Error).name === 'DataCloneError') throw notSendable(request, error as Error);
      throw new TroupeError('ERR_OFFLOAD', {
        what: signal.aborted
          ? `the job ran longer than ${timeoutMs} ms and was stopped`
          : `the job was not run: ${(error as Error).message}`,
        where: `${request.module}#${request.name}`,
        mend: signal.aborted ? 'raise timeoutMs or split the job' : 'give the pool less to do',
        cause: error,
      });
    }
    if (outcome.failure !== undefined) throw JobFailure.thrown(outcome.failure);
    return outcome.value;
  }

  #start(): Piscina {
    const pool = new Piscina({
      filename: LAUNCHING.filename,
      name: LAUNCHING.name,
      minThreads: 0,
      maxThreads: this.#maxThreads,
      maxQueue: MAX_QUEUE,
      idleTimeout: 5000,
    });
    pool.on('error', () => {});
    return pool;
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
    this.#pool = null;
  }
}

function notSendable({ module, name }: RunRequest, cause: Error): TroupeError {
  return new TroupeError('ERR_NOT_SENDABLE', {
    what: `the arguments or the result of a job cannot be sent: ${cause.message}`,
    where: `${module}#${name}`,
    mend: 'give and return plain data',
    cause,
  });
}

/** What became of a job: its result, or what it threw. */
interface JobOutcome {
  readonly value?: unknown;
  readonly failure?: JobFailure;
}

/** Runs one job on a thread of the pool. Called by piscina. */
export async function runJob(request: RunRequest): Promise<JobOutcome> {
  markThread();
  try {
    return { value: await callJob(request) };
  } catch (thrown) {
    return { failure: new JobFailure(thrown) };
  }
}

async function callJob({ module, name, args }: RunRequest): Promise<unknown> {
  const job: LoadedJob | undefined = asJob(await loadExport({ module, name }));
  if (job === undefined) {
    throw new TroupeError('ERR_DEFINITION', {
      what: `${name} is no job`,
      where: module,
      mend: 'export what defineJob returned',
    });
  }
  return job.run(args);
}

/** The actor in front of the pool, on the main thread, so that every thread can reach it. */
export const Offload = defineActor<OffloadMessage>()({
  module: import.meta.url,
  name: 'Offload',
  init: (pool: OffloadPool) => pool,
  handlers: {
    // The failure of a job is its asker's to handle, and no failure of this actor.
    run(pool, { module, name, args, timeoutMs }, ctx) {
      const requester = ctx.requester();
      pool
        .run({ module, name, args }, timeoutMs)
        .then((result) => requester.reply(result))
        .catch((error: unknown) => requester.fail(error));
      return NO_REPLY;
    },
  },
  turn: 'interleave',
}) as unknown as LoadedDefinition;
