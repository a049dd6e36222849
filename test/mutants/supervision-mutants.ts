import type { Mutant } from './mutant.js';

/** Faults of supervisors: who is restarted, how often, in which order, and who is stopped. */
export const SUPERVISION_MUTANTS: readonly Mutant[] = [
  {
    name: 'restarts of long ago count against the intensity',
    file: 'supervision/restart-intensity.js',
    find: 'while (this.#count > 0 &&',
    replace: 'while (false &&',
  },
  {
    name: 'one restart more than the intensity is allowed',
    file: 'supervision/restart-intensity.js',
    find: 'if (this.#count >= this.#limit)',
    replace: 'if (this.#count > this.#limit)',
  },
  {
    name: 'one cause that fails several children counts once for each of them',
    file: 'supervision/supervisor-core.js',
    find: 'if (!this.#intensity.record(nowMs))',
    replace: 'if (!failed.every(() => this.#intensity.record(nowMs)))',
  },
  {
    name: 'children are stopped in the order of their start',
    file: 'supervision/supervisor-core.js',
    find: 'let child = this.#list.tail; child !== null; child = this.#list.tail',
    replace: 'let child = this.#list.head; child !== null; child = this.#list.head',
  },
  {
    name: 'one-for-all leaves the elder siblings alone',
    file: 'supervision/supervisor-core.js',
    find: "'one-for-all' ? this.#list.head : failed[0]",
    replace: "'one-for-all' ? failed[0] : failed[0]",
  },
  {
    name: 'rest-for-one takes the elder siblings along',
    file: 'supervision/supervisor-core.js',
    find: "'one-for-all' ? this.#list.head : failed[0]",
    replace: "'one-for-all' ? this.#list.head : this.#list.head",
  },
  {
    name: 'a group is halted in the order of its start',
    file: 'supervision/group-restart.js',
    find: 'this.#toHalt.push(child);',
    replace: 'this.#toHalt.unshift(child);',
  },
  {
    name: 'a group restart brings temporary children back',
    file: 'supervision/group-restart.js',
    find: "if (child.policy.restart === 'temporary')",
    replace: 'if (false)',
  },
  {
    name: 'a temporary child is restarted when it fails',
    file: 'actor/restart-type.js',
    find: 'temporary: { normal: false, shutdown: false, killed: false, failed: false }',
    replace: 'temporary: { normal: false, shutdown: false, killed: false, failed: true }',
  },
  {
    name: 'a transient child is restarted after a normal end',
    file: 'actor/restart-type.js',
    find: 'transient: { normal: false',
    replace: 'transient: { normal: true',
  },
  {
    name: 'the deadline of a stop never comes',
    file: 'supervision/child-control.js',
    find: "if (shutdownMs !== 'infinity')",
    replace: 'if (false)',
  },
  {
    name: 'the backoff is ignored',
    file: 'supervision/supervisor-core.js',
    find: 'if (delayMs > 0)',
    replace: 'if (false)',
  },
  {
    name: 'a supervisor that gives up stops its children and stays',
    file: 'supervision/family.js',
    find: 'else if (this.#done.length === 0)',
    replace: 'else if (false)',
  },
  {
    name: 'declared children are started without waiting for each other',
    file: 'supervision/ordered-start.js',
    find: "if (child.phase === 'starting') return false;",
    replace: '',
  },
  {
    name: 'the name of a child that is gone stays taken',
    file: 'supervision/children.js',
    find: 'this.#byName.delete(name);',
    replace: ';',
  },
  {
    name: 'a thread that dies takes the count of the incarnations with it',
    file: 'supervision/family.js',
    find: 'child.openExtras().restarts++;',
    replace: '',
  },
];
