import { checkNames, type OptionNames } from '../base/check-option.js';
import { TroupeError } from '../base/errors.js';
import type { AnyRef } from '../ref/actor-ref.js';
import { parseAddressKey } from '../ref/address.js';
import type { ActorDetail, ObserverRequest, ThreadSurvey, Wait } from '../worker/observing.js';
import type { EventHistory } from './event-history.js';
import { readFigures } from './figures.js';
import {
  type ActorNode,
  edgeText,
  type Inspection,
  type InspectOptions,
  waitText,
} from './inspection.js';
import type { Observed } from './observed.js';
import { type Answer, walkTree } from './tree-walk.js';
import { waitCycles } from './wait-graph.js';

const OPTION_NAMES: OptionNames<InspectOptions> = {
  under: true,
  depth: true,
  limit: true,
  offset: true,
  timeoutMs: true,
};
const DEFAULT_LIMIT = 1000;
const MAX_LIMIT = 10_000;
const MAX_DEPTH = 1000;
const DEFAULT_TIMEOUT_MS = 1000;
const RESOLVE_TIMEOUT_MS = 5000;
/** Waits that each thread tells of. */
const MAX_WAITS = 1000;

/** Looks at a running system through questions to its threads. @thread main */
export class Inspector {
  readonly #observed: Observed;
  readonly #history: EventHistory;

  constructor(observed: Observed, history: EventHistory) {
    this.#observed = observed;
    this.#history = history;
  }

  /** @throws {TroupeError} ERR_OPTION, ERR_STOPPED, as rejections */
  async inspect(options: InspectOptions = {}): Promise<Inspection> {
    const unreachable = new Set<number>();
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    const tree = await this.#tree(options, unreachable);
    const surveys = await this.#surveys(timeoutMs, unreachable);
    const waits: Wait[] = surveys.flatMap((survey) => survey.waits);
    const waiting = waits.map(({ from, to, holds }) => ({ from: from.id, to: to.id, holds }));
    return {
      tree,
      unreachable: [...unreachable],
      waits: waits.map(waitText),
      moreWaits: surveys.reduce((sum, { moreWaits }) => sum + moreWaits, 0),
      cycles: waitCycles(waiting),
      hot: surveys.flatMap(({ hot }) => hot).sort((a, b) => b.perSecond - a.perSecond),
      edges: surveys
        .flatMap(({ edges }) => edges)
        .sort((a, b) => b.perSecond - a.perSecond)
        .map(edgeText),
      figures: readFigures(this.#observed),
      events: [...this.#history.supervision],
      deadLetters: [...this.#history.deadLetters],
    };
  }

  /** Only the tree. @throws {TroupeError} ERR_OPTION, as a rejection */
  tree(options: InspectOptions = {}): Promise<ActorNode | undefined> {
    return this.#tree(options, new Set());
  }

  /** The actor at a path from `/user` on, or of an id; undefined when there is none at that path. */
  async resolve(name: string): Promise<AnyRef | undefined> {
    const address = parseAddressKey(name);
    return address === undefined
      ? this.resolvePath(name)
      : this.#observed.main.makeRef(address, undefined);
  }

  /** The actor at a path from `/user` on. @throws {TroupeError} ERR_ASK_TIMEOUT, as a rejection */
  async resolvePath(path: string): Promise<AnyRef | undefined> {
    const { main, root: ref } = this.#observed;
    const [, root, ...names] = path.split('/');
    if (root !== 'user') return undefined;
    return main.queries.actor<AnyRef>(ref, RESOLVE_TIMEOUT_MS, (replyTo) => ({
      type: 'resolve',
      path: names,
      replyTo,
    }));
  }

  /** One question to a thread; undefined when it does not answer. */
  async ask<T>(
    thread: number,
    timeoutMs: number,
    request: ObserverRequest,
  ): Promise<T | undefined> {
    const { main, alive } = this.#observed;
    if (!alive().includes(thread)) return undefined;
    try {
      return await main.queries.thread<T>(thread, timeoutMs, (replyTo) => ({
        type: 'observe',
        request,
        replyTo,
      }));
    } catch {
      return undefined;
    }
  }

  async #tree(options: InspectOptions, unreachable: Set<number>): Promise<ActorNode | undefined> {
    checkNames('inspect', options, OPTION_NAMES);
    const { under = '/user' } = options;
    const timeoutMs = bounded('timeoutMs', options.timeoutMs ?? DEFAULT_TIMEOUT_MS, 1, 60_000);
    const bounds = {
      depth: bounded('depth', options.depth ?? MAX_DEPTH, 0, MAX_DEPTH),
      limit: bounded('limit', options.limit ?? DEFAULT_LIMIT, 1, MAX_LIMIT),
      offset: bounded('offset', options.offset ?? 0, 0, Number.MAX_SAFE_INTEGER),
    };
    const root = await this.resolve(under);
    if (root === undefined) return undefined;
    return walkTree(root, bounds, (refs, offset, limit) =>
      this.#askActors(refs, offset, limit, timeoutMs, unreachable),
    );
  }

  /** One question to each thread that has any of these actors. */
  async #askActors(
    refs: readonly AnyRef[],
    offset: number,
    limit: number,
    timeoutMs: number,
    unreachable: Set<number>,
  ): Promise<readonly Answer[]> {
    const byThread = new Map<number, AnyRef[]>();
    for (const ref of refs) {
      const own = byThread.get(ref.thread);
      if (own === undefined) byThread.set(ref.thread, [ref]);
      else own.push(ref);
    }
    const answers = new Map<AnyRef, Answer>();
    const questions = [...byThread].map(async ([thread, own]) => {
      if (unreachable.has(thread)) return;
      const request = { type: 'actors', refs: own, offset, limit } as const;
      const details = await this.ask<(ActorDetail | null)[]>(thread, timeoutMs, request);
      if (details === undefined) unreachable.add(thread);
      else for (const [index, ref] of own.entries()) answers.set(ref, details[index]);
    });
    await Promise.all(questions);
    return refs.map((ref) => answers.get(ref));
  }

  async #surveys(timeoutMs: number, unreachable: Set<number>): Promise<ThreadSurvey[]> {
    const threads = this.#observed.alive().filter((thread) => !unreachable.has(thread));
    const surveys = await Promise.all(
      threads.map(async (thread) => {
        const request = { type: 'survey', limit: MAX_WAITS } as const;
        const survey = await this.ask<ThreadSurvey>(thread, timeoutMs, request);
        if (survey === undefined) unreachable.add(thread);
        return survey;
      }),
    );
    return surveys.filter((survey) => survey !== undefined);
  }
}

function bounded(option: string, value: number, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most && Math.floor(value) === value) {
    return value;
  }
  throw new TroupeError('ERR_OPTION', {
    what: `${option} is ${String(value)}`,
    where: 'inspect',
    mend: `use an integer from ${least} to ${most}`,
  });
}
