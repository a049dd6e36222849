import {
  type ExitReason,
  failed,
  KILLED,
  NORMAL,
  SHUTDOWN,
} from '../../runtime/actor/exit-reason.js';
import type { RestartType } from '../../runtime/actor/restart-type.js';
import {
  type ChildPolicy,
  resolveChildPolicy,
  type ShutdownMs,
} from '../../runtime/supervision/child-policy.js';
import { resolveSupervisor, type Strategy } from '../../runtime/supervision/strategy.js';
import { SupervisorCore } from '../../runtime/supervision/supervisor-core.js';
import type {
  ChildId,
  SupervisorEffect,
  SupervisorInput,
} from '../../runtime/supervision/supervisor-protocol.js';
import { PlainChild } from './plain-child.js';

/** The error of all failures in traces. */
export const BOOM = new Error('boom');

/** Exit reasons by their word. */
export const REASONS: Readonly<Record<ExitReason['type'], ExitReason>> = {
  normal: NORMAL,
  shutdown: SHUTDOWN,
  killed: KILLED,
  failed: failed(BOOM),
};

const NAMES = 'abcdefghij';

/** The id of a child called by one letter. */
export function idOf(name: string): ChildId {
  return NAMES.indexOf(name) + 1;
}

/** The letter of a child. */
export function nameOf(id: ChildId): string {
  return NAMES[id - 1] ?? `#${id}`;
}

/** One effect as a few words. */
export function show(effect: SupervisorEffect): string {
  switch (effect.type) {
    case 'release':
      return `release ${nameOf(effect.id)} ${effect.reason.type}`;
    case 'kill':
      return `kill ${nameOf(effect.id)} ${effect.outcome}`;
    case 'arm':
      return `arm ${nameOf(effect.id)} ${effect.kind} ${effect.delayMs}`;
    case 'cancel':
      return `cancel ${nameOf(effect.id)} ${effect.kind}`;
    case 'fail':
      return `fail ${(effect.error as { code?: string }).code}`;
    case 'ready':
    case 'allStopped':
      return effect.type;
    default:
      return `${effect.type} ${nameOf(effect.id)}`;
  }
}

/**
 * A policy in words: `permanent`, `transient 100`, `permanent kill backoff=10..80`. Without a number the child may
 * take for ever, so that a trace shows deadlines only where it is about them. No jitter.
 */
export function policyOf(words: readonly string[]): ChildPolicy {
  const [restart = 'transient', ...rest] = words;
  let shutdownMs: ShutdownMs = 'infinity';
  let backoff: { minMs: number; maxMs: number } | undefined;
  for (const word of rest) {
    const range = /^backoff=(\d+)\.\.(\d+)$/.exec(word);
    if (range !== null) backoff = { minMs: Number(range[1]), maxMs: Number(range[2]) };
    else shutdownMs = word === 'kill' ? 'kill' : Number(word);
  }
  return resolveChildPolicy({
    restart: restart as RestartType,
    shutdownMs,
    ...(backoff && { backoff: { ...backoff, jitter: 0 } }),
  });
}

/** Drives a core by inputs in words and answers with its effects in words. */
export class TraceRunner {
  readonly core: SupervisorCore;
  readonly #armed = new Map<string, number>();
  readonly #void = new Map<string, number>();
  nowMs = 0;
  failure: Error | undefined;

  constructor(strategy: Strategy, intensity = 3, periodMs = 5000) {
    const policy = resolveSupervisor({ strategy, intensity, periodMs });
    this.core = new SupervisorCore(policy, { next: () => 0 });
  }

  /** Takes one line; `at 100` sets the clock, `up a permanent` adds a child and reports its start. */
  run(line: string): string[] {
    const [verb = '', name = '', ...words] = line.trim().split(/\s+/);
    if (verb === 'at') {
      this.nowMs = Number(name);
      return [];
    }
    if (verb === 'up')
      return [...this.run(line.replace('up', 'add')), ...this.run(`started ${name}`)];
    return this.#step(this.#parse(verb, name, words));
  }

  #parse(verb: string, name: string, words: readonly string[]): SupervisorInput {
    const id = idOf(name);
    const reason = REASONS[(words[0] ?? 'normal') as ExitReason['type']];
    switch (verb) {
      case 'add':
        return { type: 'add', child: new PlainChild(id, policyOf(words)) };
      case 'declare': {
        const children = (name === '' ? [] : [name, ...words]).map((child) => {
          const policy = policyOf([child.slice(2)]);
          return new PlainChild(idOf(child.slice(0, 1)), policy);
        });
        return { type: 'addDeclared', children };
      }
      case 'started':
      case 'remove':
        return { type: verb, id };
      case 'startFailed':
        return { type: 'startFailed', id, error: BOOM };
      case 'exited':
        return { type: 'exited', ids: name.split(',').map(idOf), reason };
      case 'terminated':
        return { type: 'terminated', id, reason };
      case 'fire':
        return { type: 'timer', id, kind: 'deadline', token: this.#armed.get(name) ?? -1 };
      case 'fire-void':
        return { type: 'timer', id, kind: 'backoff', token: this.#void.get(name) ?? -1 };
      case 'stopAll':
        return { type: 'stopAll' };
      default:
        throw new Error(`no such input: ${verb}`);
    }
  }

  #step(input: SupervisorInput): string[] {
    const effects = this.core.step(input, this.nowMs);
    for (const effect of effects) {
      if (effect.type === 'arm') this.#armed.set(nameOf(effect.id), effect.token);
      if (effect.type === 'cancel') this.#void.set(nameOf(effect.id), effect.token);
      if (effect.type === 'fail') this.failure = effect.error;
    }
    return effects.map(show);
  }
}

/** A trace: its title, the strategy with intensity, and lines `input -> effect, effect`. */
export interface Scenario {
  readonly title: string;
  readonly strategy: Strategy;
  readonly intensity?: number;
  readonly trace: string;
}

/** Replays the inputs of a trace. */
export function replay(scenario: Scenario): { expected: string[]; actual: string[] } {
  const runner = new TraceRunner(scenario.strategy, scenario.intensity);
  const expected: string[] = [];
  const actual: string[] = [];
  for (const line of scenario.trace.trim().split('\n')) {
    const [input = '', effects = ''] = line.split('->').map((part) => part.trim());
    expected.push(`${input} -> ${effects}`);
    actual.push(`${input} -> ${runner.run(input).join(', ')}`);
  }
  return { expected, actual };
}
