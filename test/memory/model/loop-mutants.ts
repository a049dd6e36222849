import type { Mutation } from './mutants.js';
import type { Mutant } from './ring-mutants.js';

/** Somebody sleeps over a record, or when it is to end. */
export const ASLEEP = /^all sleep|sleeps for ever/;
const ANNOUNCE = '        this.#idleSinceMs = -1;\n        this.#doorbell.announce();\n';
const LOOK = 'if (this.#target.hasWork || idleMs <= 0) {\n';
const RETRACT = '            this.#doorbell.retract();\n';
const UNDER_ANNOUNCED_BELL = /a turn begins under an announced bell/;
const LEFT_ALONE = /nothing will ever call the loop again/;
const ROUND = /go round for ever|goes on without end/;

function loop(...edits: Mutation['edits'][number][]): Mutation {
  return { file: 'thread-loop', edits };
}

/** Faults of the loop that parks a thread, and by which reason each must be found. */
export const LOOP_MUTANTS: readonly Mutant[] = [
  ['parks without a look', loop([LOOK, 'if (idleMs <= 0) {\n']), ASLEEP],
  [
    'looks before it announces',
    loop(
      [ANNOUNCE, 'const found = this.#target.hasWork; this.#doorbell.announce();\n'],
      [LOOK, 'if (found || idleMs <= 0) {\n'],
    ),
    ASLEEP,
  ],
  [
    'announces after the look',
    loop(
      [ANNOUNCE, 'this.#idleSinceMs = -1;\n'],
      [
        'if (this.#waiter === null) {\n',
        'this.#doorbell.announce(); if (this.#waiter === null) {\n',
      ],
    ),
    ASLEEP,
  ],
  [
    'finds something while it polls and begins no turn',
    loop([
      '#found() {\n        this.#isScheduled = true;\n        return true;',
      '#found() {\n return false;',
    ]),
    LEFT_ALONE,
  ],
  ['never parks', loop(['            if (busy) {', '            if (true) {']), ROUND],
  ['does not announce', loop([ANNOUNCE, 'this.#idleSinceMs = -1;\n']), ROUND],
  [
    'does not retract when the look found something',
    loop([LOOK + RETRACT, LOOK]),
    UNDER_ANNOUNCED_BELL,
  ],
  [
    'does not retract when it is woken',
    loop([`this.#isParked = false;\n${RETRACT.slice(4)}`, 'this.#isParked = false;\n']),
    UNDER_ANNOUNCED_BELL,
  ],
  [
    'wakes up and still counts as parked',
    loop([
      'if (this.#isParked)\n            this.#unpark();\n        this.#isScheduled',
      'this.#isScheduled',
    ]),
    UNDER_ANNOUNCED_BELL,
  ],
  [
    'parks although the bell has been rung',
    loop([
      `if (waiter === undefined) {\n    ${RETRACT}                this.#again();\n`,
      'if (waiter === undefined) {\n this.#isParked = true;\n',
    ]),
    LEFT_ALONE,
  ],
  ['keeps a waiter that has been woken', loop(['this.#waiter = null;', '']), LEFT_ALONE],
  [
    'does not begin a turn when the bell rings',
    loop(['this.#waiter = null;\n                this.wake();', 'this.#waiter = null;']),
    LEFT_ALONE,
  ],
  [
    'waits again while it has a waiter',
    loop(['if (this.#waiter === null) {', 'if (true) {']),
    /waits again while it has a waiter/,
  ],
  [
    'takes no notice of a second wake-up',
    loop(['            this.#isScheduled = false;\n', '']),
    LEFT_ALONE,
  ],
  [
    'forgets that a turn is put off',
    loop(['#afterEventLoop() {\n        this.#isScheduled = true;\n', '#afterEventLoop() {\n']),
    /two turns are put off at once/,
  ],
  [
    'leaves the timer of a sleep that the bell ended',
    loop(['this.#events.clear(this.#timeout);', ';']),
    /a timer is left of the last sleep/,
  ],
  [
    'leaves its waiter when it stops',
    loop(['        this.#doorbell.announce();\n        this.#doorbell.ring();\n', '']),
    /sleeps for ever/,
  ],
  [
    'rings before it announces when it stops',
    loop([
      'this.#doorbell.announce();\n        this.#doorbell.ring();',
      'this.#doorbell.ring();\n        this.#doorbell.announce();',
    ]),
    /sleeps for ever/,
  ],
  [
    'goes on after the stop',
    loop(['if (this.#isStopped)\n                return;\n            // Cleared', '// Cleared']),
    /a turn begins after the stop/,
  ],
];

/** Changes of the loop that only cost time. */
export const EQUIVALENT_LOOPS: readonly Mutation[] = [
  // Who has been rung is awake already: the word says so.
  loop([`if (waiter === undefined) {\n    ${RETRACT}`, 'if (waiter === undefined) {\n']),
  // A round of the event loop where a microtask would do.
  loop(['            if (busy) {', '            if (false) {']),
];
