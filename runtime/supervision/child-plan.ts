import type { Definition } from '../actor/definition.js';
import type { SpawnOptions } from '../actor/spawn-options.js';
import { checkNames, type OptionNames } from '../base/check-option.js';
import { TroupeError } from '../base/errors.js';
import { type MailboxSettings, sameSettings } from '../mailbox/mailbox-options.js';
import { type ChildPolicy, DEFAULT_CHILD_POLICY, resolveChildPolicy } from './child-policy.js';

/** What children that were spawned alike have in common: frozen, and one object for many of them. */
export interface ChildPlan {
  readonly definition: { readonly module: string; readonly name: string };
  readonly policy: ChildPolicy;
  /** What the spawner said about the mailbox; the spawner's thread checks it. */
  readonly mailbox: Omit<MailboxSettings, 'priority'> | undefined;
  /** Word of shared memory for routers; 0 for none. */
  readonly gauge: number;
  /** It has a thread of its own. */
  readonly pinned: boolean;
}

const OPTION_NAMES: OptionNames<Omit<SpawnOptions, 'gauge'>> = {
  name: true,
  placement: true,
  restart: true,
  shutdownMs: true,
  backoff: true,
  mailbox: true,
};

/** Plans kept for one definition. */
export const MAX_PLANS = 8;

/** The shared plan given last: most children are spawned like the one before. */
let lastPlan: ChildPlan | null = null;

/** Plans given before, by definitions that cannot change any more; the newest at the end. */
const PLANS = new WeakMap<object, ChildPlan[]>();

/**
 * The plan of a child, the same object for the same definition and equal options. Plans with a backoff or a gauge
 * are not shared, nor those of definitions that are not frozen.
 * @throws {TroupeError} ERR_DEFINITION, ERR_OPTION
 */
export function planOf(definition: Definition<never, never>, options: SpawnOptions): ChildPlan {
  for (const name in options) if (!isKnown(name)) refuse(definition, options);
  if (lastPlan !== null && lastPlan.definition === definition && fits(lastPlan, options)) {
    return lastPlan;
  }
  return keptPlan(definition, options) ?? newPlan(definition, options);
}

function keptPlan(
  definition: Definition<never, never>,
  options: SpawnOptions,
): ChildPlan | undefined {
  const plan = PLANS.get(definition)?.find((kept) => fits(kept, options));
  if (plan !== undefined) lastPlan = plan;
  return plan;
}

function newPlan(definition: Definition<never, never>, options: SpawnOptions): ChildPlan {
  checkDefinition(definition);
  const { backoff, gauge = 0, mailbox } = options;
  const isObject = typeof mailbox === 'object' && mailbox !== null;
  const plan: ChildPlan = Object.freeze({
    definition,
    policy: policyOf(options, definition.name),
    // A copy: what the user does with the object later is no order. What is no object is refused by the thread.
    mailbox: isObject ? Object.freeze({ ...mailbox }) : mailbox,
    gauge,
    pinned: options.placement === 'pinned',
  });
  if (backoff === undefined && gauge === 0 && Object.isFrozen(definition)) keep(plan);
  return plan;
}

function keep(plan: ChildPlan): void {
  lastPlan = plan;
  const plans = PLANS.get(plan.definition);
  if (plans === undefined) {
    PLANS.set(plan.definition, [plan]);
    return;
  }
  if (plans.length === MAX_PLANS) plans.shift();
  plans.push(plan);
}

function fits({ policy, mailbox, pinned }: ChildPlan, options: SpawnOptions): boolean {
  const { restart = DEFAULT_CHILD_POLICY.restart, shutdownMs = DEFAULT_CHILD_POLICY.shutdownMs } =
    options;
  return (
    policy.restart === restart &&
    policy.shutdownMs === shutdownMs &&
    options.backoff === undefined &&
    (options.gauge ?? 0) === 0 &&
    pinned === (options.placement === 'pinned') &&
    (mailbox === options.mailbox || sameSettings(mailbox, options.mailbox))
  );
}

function policyOf(options: SpawnOptions, name: string): ChildPolicy {
  const { restart, shutdownMs, backoff } = options;
  if (restart === undefined && shutdownMs === undefined && backoff === undefined) {
    return DEFAULT_CHILD_POLICY;
  }
  return resolveChildPolicy(
    {
      ...(restart === undefined ? {} : { restart }),
      ...(shutdownMs === undefined ? {} : { shutdownMs }),
      ...(backoff === undefined ? {} : { backoff }),
    },
    `spawn(${name})`,
  );
}

/** By comparisons, which cost half of a look into a table: it is asked at every spawn. */
function isKnown(name: string): boolean {
  switch (name) {
    case 'name':
    case 'placement':
    case 'restart':
    case 'shutdownMs':
    case 'backoff':
    case 'mailbox':
    case 'gauge':
      return true;
    default:
      return false;
  }
}

/** @throws {TroupeError} ERR_OPTION, saying which one is unknown */
function refuse(definition: Definition<never, never>, options: SpawnOptions): void {
  checkNames<Omit<SpawnOptions, 'gauge'>>(`spawn(${definition?.name})`, options, OPTION_NAMES);
}

function checkDefinition(definition: Definition<never, never>): void {
  const { module, name } = (definition ?? {}) as Partial<Definition<never, never>>;
  if (typeof module === 'string' && URL.canParse(module) && typeof name === 'string') return;
  throw new TroupeError('ERR_DEFINITION', {
    what: `a definition has a module URL and an export name, got ${JSON.stringify({ module, name })}`,
    where: 'spawn',
    mend: 'give what defineActor returned',
  });
}
