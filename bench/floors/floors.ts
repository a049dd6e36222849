/** One bench whose floor is known: the least that its work needs, and what is added to it step by step. */
export interface FloorTable {
  /** The module of this folder that does it. */
  readonly program: string;
  readonly work: string;
  readonly threads: 1 | 2;
  /** Work of a round, full and for a smoke test. */
  readonly counts: readonly [number, number];
  readonly unit: string;
  /** Names of the steps; each adds one thing to all before it. */
  readonly steps: readonly string[];
  /** What is compared where it is not the rate: `.p50`, in microseconds. */
  readonly figure?: '.p50';
  /** The bench and the subject that it is the floor of, where they are called otherwise than the floor and `troupe`. */
  readonly of?: { readonly bench: string; readonly subject: string };
  /** From which step on the actor that it uses keeps all its promises; left out: never. */
  readonly localFrom?: number;
}

/** The promises of the contract to one actor of a thread, in the order in which `floor-actor.ts` adds them. */
export const LOCAL_STEPS: readonly string[] = [
  'dispatch',
  'any-message',
  'failure',
  'async',
  'counts',
  'watchdog',
  'fairness',
];

const local = (work: string, full: number, unit: string): FloorTable => ({
  program: 'local',
  work,
  threads: 1,
  counts: [full, 20_000],
  unit,
  steps: LOCAL_STEPS,
});

const cross = (work: string, steps: readonly string[], localFrom: number): FloorTable => ({
  program: 'tell-cross',
  work,
  threads: 2,
  counts: [4_000_000, 20_000],
  unit: 'msg/s',
  steps,
  localFrom,
});

/** By the bench that it is the floor of. */
export const FLOORS: Readonly<Record<string, FloorTable>> = {
  'tell-local': local('tell', 10_000_000, 'msg/s'),
  'pingpong-local': local('pingpong', 2_000_000, 'rt/s'),
  ring: local('ring', 3_000_000, 'hops/s'),
  spawn: {
    program: 'spawn',
    work: 'spawn',
    threads: 1,
    counts: [400_000, 5000],
    unit: 'actors/s',
    steps: ['address', 'record', 'context', 'promises'],
    localFrom: 4,
  },
  'pingpong-cross': {
    program: 'pingpong-cross',
    work: 'pingpong',
    threads: 2,
    counts: [300_000, 2000],
    unit: 'rt/s',
    figure: '.p50',
    steps: ['message', 'actor', 'clock', 'microtask'],
    localFrom: 2,
  },
  'pingpong-cross-parked': {
    program: 'pingpong-parked',
    work: 'pingpong',
    threads: 2,
    counts: [5000, 200],
    unit: 'rt/s',
    figure: '.p50',
    steps: ['doorbell', 'message', 'actor', 'owners'],
    of: { bench: 'pingpong-cross', subject: 'troupe/parked' },
    localFrom: 3,
  },
  'tell-cross-int': cross('int', ['message', 'address', 'mailbox', 'promises'], 4),
  'tell-cross-object': cross('object', ['message', 'address', 'mailbox', 'promises'], 4),
  'tell-cross-1k': {
    program: 'tell-cross-1k',
    work: '1k',
    threads: 2,
    counts: [400_000, 2000],
    unit: 'msg/s',
    steps: ['sender-fresh', 'receiver-fresh', 'own-buffer'],
  },
  'fanin-cross': cross('fan-in', ['message', 'address', 'mailbox', 'promises'], 4),
  'ask-cross': {
    program: 'ask-cross',
    work: 'ask',
    threads: 2,
    counts: [500_000, 2000],
    unit: 'req/s',
    steps: ['promise', 'deadline', 'address'],
  },
};

/** What the bench of a floor is called. */
export function floorName(bench: string): string {
  return `floor-${bench}`;
}

/** The bench that a floor belongs to. */
export function benchOf(floor: string): string {
  return FLOORS[floor]!.of?.bench ?? floor;
}

/** Its subject that stands beside the floor. */
export function subjectOf(floor: string): string {
  return FLOORS[floor]!.of?.subject ?? 'troupe';
}

/** The names of all floors, in the order in which they run. */
export const FLOOR_NAMES: readonly string[] = Object.keys(FLOORS).map(floorName);
