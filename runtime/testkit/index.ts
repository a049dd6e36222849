/**
 * What tests of actors need: a simulation that runs them on virtual threads and in virtual time, the same for
 * the same seed, and probes that stand in for other actors.
 */
export { Simulation, type SimulationOptions } from './simulation.js';
export { type ProbeTime, TestProbe } from './test-probe.js';
