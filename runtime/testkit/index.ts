/**
 * What tests of actors need: a simulation that runs them on virtual threads and in virtual time, the same for
 * the same seed, probes that stand in for other actors, and a check of whether what concurrent callers saw has one order.
 */
export {
  checkLinearizable,
  type LinearizabilityResult,
  type Operation,
  type SequentialModel,
} from './linearizability.js';
export { Simulation, type SimulationOptions } from './simulation.js';
export { type ProbeTime, TestProbe } from './test-probe.js';
