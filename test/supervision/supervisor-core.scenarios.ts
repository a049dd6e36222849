import type { Scenario } from './trace.js';

/** What one child does to itself and its supervisor. */
export const SINGLE: readonly Scenario[] = [
  {
    title: 'a child that ends by its own will is forgotten without a word',
    strategy: 'one-for-one',
    trace: `
      add a transient
      started a
      terminated a normal
      exited a failed
      remove a`,
  },
  {
    title: 'a failed child is restarted under its identity, its siblings do not notice',
    strategy: 'one-for-one',
    trace: `
      up a permanent
      up b permanent
      exited a failed   -> restart a
      started a
      exited a normal   -> restart a`,
  },
  {
    title: 'a failed first start of a dynamic child only removes it',
    strategy: 'one-for-all',
    intensity: 0,
    trace: `
      up a permanent
      add b permanent
      startFailed b         -> release b failed
      terminated b failed
      add c permanent
      exited c failed       -> release c failed`,
  },
  {
    title: 'one restart too many stops all in reverse order and fails the supervisor',
    strategy: 'one-for-one',
    intensity: 2,
    trace: `
      up a permanent
      up b transient
      up c temporary
      exited b failed       -> restart b
      exited b failed       -> restart b
      started b
      at 5000
      exited b failed       -> release b failed, stop c
      terminated b failed
      terminated c shutdown -> stop a
      terminated a shutdown -> fail ERR_RESTART_INTENSITY
      stopAll`,
  },
  {
    title: 'restarts outside the period are forgiven',
    strategy: 'one-for-one',
    intensity: 1,
    trace: `
      up a permanent
      exited a failed   -> restart a
      at 5001
      exited a failed   -> restart a`,
  },
  {
    title: 'children that die together count once',
    strategy: 'one-for-one',
    intensity: 1,
    trace: `
      up a permanent
      up b permanent
      up c temporary
      exited c,b,a failed   -> release c failed, restart a, restart b
      exited a,b failed     -> release a failed, release b failed
      terminated c failed
      terminated b failed
      terminated a failed   -> fail ERR_RESTART_INTENSITY`,
  },
  {
    title: 'the backoff doubles, is bounded, and begins anew after a quiet time',
    strategy: 'one-for-one',
    intensity: 100,
    trace: `
      up a permanent 5 backoff=10..25
      exited a failed   -> arm a backoff 10
      at 10
      fire a            -> restart a
      exited a failed   -> arm a backoff 20
      at 30
      fire a            -> restart a
      exited a failed   -> arm a backoff 25
      at 55
      fire a            -> restart a
      at 1000
      exited a failed   -> arm a backoff 25
      at 1025
      fire a            -> restart a
      started a
      at 1050
      exited a failed   -> arm a backoff 10`,
  },
  {
    title: 'a removal during the backoff ends it, and its timer is void',
    strategy: 'one-for-one',
    trace: `
      up a permanent backoff=10..25
      exited a failed     -> arm a backoff 10
      remove a            -> cancel a backoff, release a shutdown
      fire-void a
      remove a
      terminated a shutdown`,
  },
  {
    title: 'a removal has its deadline, then kills for good',
    strategy: 'one-for-one',
    trace: `
      up a permanent 70
      remove a            -> stop a, arm a deadline 70
      fire a              -> kill a terminate
      fire a
      terminated a killed
      up b permanent kill
      remove b            -> kill b terminate
      terminated b killed`,
  },
  {
    title: 'a failure that crosses the order to stop is released, not restarted',
    strategy: 'one-for-one',
    intensity: 0,
    trace: `
      up a permanent 70
      remove a            -> stop a, arm a deadline 70
      exited a failed     -> cancel a deadline, release a failed
      fire-void a
      terminated a failed
      add b permanent
      remove b            -> stop b
      startFailed b       -> release b failed`,
  },
  {
    title: 'a stop takes the children in reverse order, each after the one before is gone',
    strategy: 'one-for-one',
    trace: `
      up a permanent 10
      up b permanent backoff=10..20
      add c temporary kill
      exited b failed       -> arm b backoff 10
      stopAll               -> cancel b backoff, kill c terminate
      stopAll
      exited a failed       -> release a failed
      add d transient       -> stop d
      terminated c killed
      terminated d shutdown -> release b shutdown
      terminated a failed
      terminated b shutdown -> allStopped`,
  },
  {
    title: 'a supervisor without children stops at once',
    strategy: 'rest-for-one',
    trace: `
      stopAll -> allStopped
      stopAll`,
  },
];
