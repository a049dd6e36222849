import type { Scenario } from './trace.js';

/** How a declared list starts. */
export const DECLARED: readonly Scenario[] = [
  {
    title: 'declared children start in order, each after the one before',
    strategy: 'one-for-one',
    trace: `
      declare a:permanent b:transient c:temporary -> start a
      started a -> start b
      started b -> start c
      started c -> ready`,
  },
  {
    title: 'an empty list is ready at once',
    strategy: 'one-for-one',
    trace: 'declare -> ready',
  },
  {
    title: 'a start that fails stops those before in reverse order and fails the supervisor',
    strategy: 'one-for-one',
    trace: `
      declare a:permanent b:permanent c:permanent d:permanent -> start a
      started a             -> start b
      started b             -> start c
      startFailed c         -> release c failed, discard d
      terminated c failed   -> stop b
      terminated b shutdown -> stop a
      terminated a shutdown -> fail ERR_START_FAILED`,
  },
  {
    title:
      'a start that is killed or gone with a failure is a failed start, one that ends normally is not',
    strategy: 'one-for-one',
    trace: `
      declare a:permanent b:permanent c:permanent -> start a
      terminated a normal   -> start b
      started b             -> start c
      terminated c killed   -> stop b
      exited b failed       -> release b failed
      terminated b failed   -> fail ERR_START_FAILED`,
  },
  {
    title: 'failures during the start wait until the list has started',
    strategy: 'rest-for-one',
    trace: `
      declare a:permanent b:permanent c:transient d:permanent -> start a
      started a           -> start b
      started b           -> start c
      exited b failed
      started c           -> start d
      exited c normal     -> release c normal
      terminated c normal
      exited a failed
      started d           -> ready, halt d
      exited d shutdown   -> restart a
      started a           -> restart b
      started b           -> restart d`,
  },
  {
    title: 'a failure during the start that the round of another covers is not counted',
    strategy: 'one-for-all',
    intensity: 1,
    trace: `
      declare a:permanent b:permanent c:permanent -> start a
      started a         -> start b
      exited a failed
      started b         -> start c
      exited b failed
      started c         -> ready, halt c
      exited c shutdown -> restart a`,
  },
  {
    title: 'a thread that takes the awaited start along fails the supervisor',
    strategy: 'one-for-one',
    trace: `
      declare a:permanent b:permanent -> start a
      started a           -> start b
      exited a,b failed   -> release b failed
      terminated b failed -> release a shutdown
      terminated a shutdown -> fail ERR_START_FAILED`,
  },
  {
    title: 'a removal during the start, and a stop',
    strategy: 'one-for-one',
    trace: `
      declare a:permanent b:permanent c:permanent d:permanent e:permanent -> start a
      remove b              -> discard b
      started a             -> start c
      remove c              -> stop c, start d
      stopAll               -> discard e, stop d
      terminated d shutdown
      terminated c shutdown -> stop a
      terminated a shutdown -> allStopped`,
  },
  {
    title: 'a child removed during its start and killed does not fail the supervisor',
    strategy: 'one-for-one',
    trace: `
      declare a:permanent b:permanent -> start a
      remove a            -> stop a, start b
      terminated a killed
      started b           -> ready`,
  },
];
