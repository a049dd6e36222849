/** Where the receiver lives, seen from a test that sends from the main thread. */
export const PLACES = [
  { where: 'on the same thread', placement: 0 },
  { where: 'across threads', placement: 1 },
] as const;

/** Threads of a sending and a receiving actor: all kinds of pairs in a system of two workers. */
export const PAIRS = [
  { where: 'main to main', from: 0, to: 0 },
  { where: 'worker to the same worker', from: 1, to: 1 },
  { where: 'main to worker', from: 0, to: 1 },
  { where: 'worker to main', from: 1, to: 0 },
  { where: 'worker to worker', from: 1, to: 2 },
] as const;
