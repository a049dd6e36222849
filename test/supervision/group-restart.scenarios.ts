import type { Scenario } from './trace.js';

/** What a failed child does to its group. */
export const GROUP: readonly Scenario[] = [
  {
    title:
      'one-for-all halts the others in reverse order and restarts all in order, one after another',
    strategy: 'one-for-all',
    trace: `
      up a permanent
      up b transient 50
      up c permanent
      up d temporary
      exited a failed       -> stop d
      terminated d shutdown -> halt c
      exited c shutdown     -> halt b, arm b deadline 50
      fire b                -> kill b suspend
      exited b killed       -> restart a
      started a             -> restart b
      started b             -> restart c
      started c`,
  },
  {
    title: 'rest-for-one takes the later ones only',
    strategy: 'rest-for-one',
    trace: `
      up a permanent
      up b permanent
      up c permanent
      exited b killed   -> halt c
      exited c normal   -> restart b
      started b         -> restart c
      started c
      exited c failed   -> restart c`,
  },
  {
    title: 'a member that dies before its halt came counts as halted',
    strategy: 'one-for-all',
    intensity: 1,
    trace: `
      up a permanent
      up b permanent
      up c permanent
      exited b failed     -> halt c
      exited a failed
      exited c shutdown   -> restart a
      started a           -> restart b
      started b           -> restart c
      started c`,
  },
  {
    title: 'a member that ends by its own will before its halt came is let go',
    strategy: 'rest-for-one',
    trace: `
      up a permanent
      up b transient
      up c temporary
      up d permanent
      exited a failed     -> halt d
      exited b normal     -> release b normal
      terminated c normal
      exited d shutdown   -> restart a
      terminated b normal
      started a           -> restart d`,
  },
  {
    title: 'a member that fails again after its restart counts and begins the round anew',
    strategy: 'one-for-all',
    intensity: 2,
    trace: `
      up a permanent
      up b permanent
      up c permanent
      exited c failed     -> halt b
      exited b shutdown   -> halt a
      exited a shutdown   -> restart a
      started a           -> restart b
      exited b failed     -> halt a
      exited a shutdown   -> restart a
      started a           -> restart b
      started b           -> restart c
      exited c failed     -> release c failed
      terminated c failed -> stop b
      terminated b shutdown -> stop a
      terminated a shutdown -> fail ERR_RESTART_INTENSITY`,
  },
  {
    title: 'an earlier child that fails widens the round of the later ones',
    strategy: 'rest-for-one',
    trace: `
      up a permanent
      up b permanent
      up c permanent
      up d permanent
      exited c failed     -> halt d
      exited a failed
      exited d shutdown   -> halt b
      exited b shutdown   -> restart a
      started a           -> restart b
      started b           -> restart c
      started c           -> restart d
      started d`,
  },
  {
    title: 'a later child that fails leaves the restarts in front of it alone',
    strategy: 'rest-for-one',
    trace: `
      up a permanent
      up b permanent
      exited a failed     -> halt b
      up c permanent
      exited b shutdown   -> restart a
      exited c failed
      started a           -> restart b
      started b           -> restart c`,
  },
  {
    title: 'a child added during the round is left alone until one fails',
    strategy: 'one-for-all',
    trace: `
      up a permanent
      up b permanent
      exited a failed     -> halt b
      up c permanent
      exited b shutdown   -> restart a
      started a           -> restart b
      started b
      add d permanent
      exited b failed     -> halt d
      exited d shutdown   -> halt c
      exited c shutdown   -> halt a
      exited a shutdown   -> restart a`,
  },
  {
    title: 'a first start caught by a round is halted, or released if it failed',
    strategy: 'one-for-all',
    trace: `
      up a permanent
      add b permanent
      add c permanent
      exited a failed     -> halt c
      started c
      startFailed b       -> release b failed
      exited c shutdown   -> restart a
      started a           -> restart c`,
  },
  {
    title: 'the backoff of a group runs from the failure and holds the first start',
    strategy: 'one-for-all',
    trace: `
      up a permanent
      up b permanent backoff=100..200
      exited b failed     -> halt a
      at 30
      exited a shutdown   -> arm a backoff 70
      remove a            -> cancel a backoff, release a shutdown, arm b backoff 70
      terminated a shutdown
      at 100
      fire b              -> restart b
      started b`,
  },
  {
    title: 'a round that widens keeps the longer delay',
    strategy: 'rest-for-one',
    trace: `
      up a permanent backoff=10..20
      up b permanent backoff=100..200
      exited b failed     -> arm b backoff 100
      at 5
      exited a failed     -> cancel b backoff, arm a backoff 95
      fire-void b
      fire a              -> restart a
      started a           -> restart b`,
  },
  {
    title: 'members that are removed during the round are not waited for',
    strategy: 'one-for-all',
    trace: `
      up a permanent
      up b permanent
      up c permanent 20
      up d permanent
      exited d failed       -> halt c, arm c deadline 20
      remove c
      remove d              -> release d shutdown
      fire c                -> kill c terminate
      terminated c killed   -> halt b
      exited b shutdown     -> halt a
      remove a
      exited a shutdown     -> release a shutdown, restart b
      remove b              -> stop b`,
  },
  {
    title: 'a stop in the middle of a round ends it',
    strategy: 'one-for-all',
    trace: `
      up a permanent
      up b permanent
      up c permanent
      exited a failed       -> halt c
      stopAll
      exited c shutdown     -> release c shutdown
      terminated c shutdown -> stop b
      terminated b shutdown -> release a shutdown
      terminated a shutdown -> allStopped`,
  },
  {
    title: 'members that die together begin one round',
    strategy: 'rest-for-one',
    intensity: 1,
    trace: `
      up a permanent
      up b permanent
      up c permanent
      up d permanent
      exited d,b failed   -> halt c
      exited c shutdown   -> restart b
      started b           -> restart c
      started c           -> restart d
      started d`,
  },
];
