import type { Mutant } from './mutant.js';

/** Faults after the death of a thread. */
export const RECOVERY_MUTANTS: readonly Mutant[] = [
  {
    name: 'an answer for a dead thread is taken by the next one',
    file: 'worker/post-office.js',
    find: 'if (serial !== thread.serial)',
    replace: 'if (false)',
  },
  {
    name: 'what a dead thread had published is not read to its end',
    file: 'worker/recovery.js',
    find: 'thread.mesh.drainFrom(dead);',
    replace: '',
  },
  {
    name: 'the children of actors that died with their thread live on',
    file: 'worker/recovery.js',
    find: 'if (cell.ref.creator === serial)',
    replace: 'if (false)',
  },
  {
    name: 'an orphan that does not end is waited for without a limit',
    file: 'worker/recovery.js',
    find: 'wheel.schedule(orphans.entry, clock.now(), ORPHAN_DEADLINE_MS);',
    replace: '',
  },
  {
    name: 'a watch is forgotten when the thread of its actor dies',
    file: 'worker/recovery.js',
    find: 'if (actor.thread === dead)',
    replace: 'if (false)',
  },
  {
    name: 'a link is forgotten when the thread of its peer dies',
    file: 'worker/recovery.js',
    find: 'if (peer.thread !== dead || linked > serial)',
    replace: 'if (true)',
  },
  {
    name: 'an ask that a dead thread had read waits for its deadline',
    file: 'worker/recovery.js',
    find: 'thread.asks.threadDied(',
    replace: 'void (',
  },
  {
    name: 'what comes for an actor that is still to be made again is given up',
    file: 'worker/recovery.js',
    find: 'if (this.#awaited.size === 0)',
    replace: 'if (true)',
  },
  {
    name: 'an actor is restarted before the children of its dead incarnation are gone',
    file: 'worker/recovery.js',
    find: 'if (this.#awaitedOrphans.size === 0)',
    replace: 'if (true)',
  },
  {
    name: 'the word of a thread that died meanwhile is waited for without end',
    file: 'worker/recovery.js',
    find: 'this.#awaited.get(dead) === serial',
    replace: 'false',
  },
  {
    name: 'the orphans of a thread that died meanwhile are waited for without end',
    file: 'worker/recovery.js',
    find: 'this.#awaitedOrphans.get(dead) === serial',
    replace: 'false',
  },
  {
    name: 'a message for an actor that died with its thread waits without end',
    file: 'worker/actor-thread.js',
    find: 'this.cells.caughtUp(',
    replace: 'void (',
  },
  {
    name: 'an actor that is there already is made a second time',
    file: 'worker/spawner.js',
    find: 'if (this.#thread.cells.get(ref) !== undefined)',
    replace: 'if (false)',
  },
  {
    name: 'an order from before the death of a thread reaches the actor that was made again',
    file: 'worker/signal-office.js',
    find: 'if (cell === undefined && isOrder(signal))',
    replace: 'if (false)',
  },
  {
    name: 'what comes for an actor that was made again overtakes what waits for it',
    file: 'worker/hold-back.js',
    find: '(recovery.hasHeld && recovery.isHeldFor(to)) ||',
    replace: '',
  },
  {
    name: 'a restart that waits for orphans is not given up for a stop',
    file: 'worker/signal-office.js',
    find: 'else if (isEnd(signal) && recovery.withdraws(to))',
    replace: 'else if (false)',
  },
  {
    name: 'a first start that the death of a thread cut short is not begun again',
    file: 'supervision/family.js',
    find: "this.#host.signal(child.ref, { type: 'begin' });",
    replace: ';',
  },
  {
    name: 'a first start is begun again before the children of the dead one are gone',
    file: 'worker/signal-office.js',
    find: "return type === 'restart' || type === 'begin';",
    replace: "return type === 'restart';",
  },
  {
    name: 'a child that was about to be released when its thread died is never released',
    file: 'supervision/family.js',
    find: "else if (phase === 'releasing')",
    replace: 'if (false)',
  },
  {
    name: 'children whose last report was just read are made again after the death of their thread',
    file: 'supervision/family.js',
    find: 'this.#parent.settleSignals();',
    replace: '',
  },
  {
    name: 'the next thread begins the dictionaries of its rings anew',
    file: 'codec/dictionary.js',
    find: 'former.refresh();',
    replace: '',
  },
  {
    name: 'a message of a dead thread takes the attachments of the next',
    file: 'worker/parcels.js',
    find: 'if (connection !== this.#connection)',
    replace: 'if (false)',
  },
];
