import { checkLinearizable } from '../../runtime/testkit/linearizability.js';
import type { Coverage } from './coverage.js';
import { REGISTER } from './kv.js';
import { ELECTION_TICKS, type Program, TICK } from './program.js';
import { expect, Violation } from './violation.js';
import { World } from './world.js';

/** How a run ended. */
export interface Outcome {
  readonly check: string | undefined;
  readonly text: string;
  readonly steps: number;
  readonly hash: number;
  readonly time: number;
  readonly elections: number;
  readonly commits: number;
  readonly crashes: number;
  readonly operations: number;
  readonly unknown: number;
  readonly coverage: Coverage;
  readonly lines: readonly string[];
}

/** Runs a program: faults first, then calm, in which everything must become well again. */
export function run(program: Program, keepsTrace = false): Outcome {
  const world = new World(program, keepsTrace);
  let check: string | undefined;
  let text = '';
  try {
    while (world.steps < program.steps && world.step());
    recover(world);
    checkStates(world);
    // Of a session that had expired, commands are in the log and were not applied.
    const leader = [...world.nodes.values()].find(
      ({ replica }) => replica!.raft.role === 'leader',
    )!;
    const { ops } = leader.replica!.state;
    const history = [...world.clientele.histories.values()].flat();
    for (const operation of history) {
      const { type, value } = operation.input;
      if (type === 'get' || !ops.has(value)) continue;
      operation.hint = world.ledger.operations.get(value) ?? operation.hint;
    }
    const result = checkLinearizable(history, REGISTER);
    expect(
      result.type === 'linearizable',
      'linearizability',
      () => `the histories of the clients: ${JSON.stringify(result)}`,
    );
  } catch (error) {
    check = error instanceof Violation ? error.check : 'exception';
    text = error instanceof Violation ? error.message : String((error as Error).stack);
  }
  const operations = [...world.clientele.histories.values()].flat();
  return {
    check,
    text,
    steps: world.steps,
    hash: world.hash,
    time: world.now,
    elections: world.electionCount,
    commits: world.ledger.last,
    crashes: world.crashCount,
    operations: operations.length,
    unknown: operations.filter(({ end }) => end === Number.POSITIVE_INFINITY).length,
    coverage: world.coverage,
    lines: world.lines ?? [],
  };
}

/** No faults any more: a leader within bounds, everyone equal, clients served, and then no election. */
function recover(world: World): void {
  world.becomeCalm();
  const doneBefore = world.clientele.clients.map(({ doneCount }) => doneCount);
  const until = (length: number, isDone: () => boolean): boolean => {
    const end = world.now + length * ELECTION_TICKS * TICK;
    while (world.now < end && !isDone()) world.step();
    return isDone();
  };
  expect(
    until(120, () => isWell(world)),
    'liveness',
    () => `after calm: ${describe(world)}`,
  );
  const isServed = (): boolean =>
    world.clientele.clients.every(({ doneCount }, i) => doneCount >= doneBefore[i]! + 2);
  expect(until(60, isServed), 'liveness', () => `clients are not served: ${describe(world)}`);
  const before = world.electionCount;
  until(15, () => false);
  const { preVote, checkQuorum } = world.program.settings;
  // Without these two a node that was removed may disturb the others (thesis, section 4.2.3).
  expect(
    world.electionCount === before || !preVote || !checkQuorum,
    'stability',
    () => 'a leader was replaced without a fault',
  );
  expect(
    until(20, () => isWell(world)),
    'liveness',
    () => `in the end: ${describe(world)}`,
  );
}

/** Nodes that have applied as much have the same state. */
function checkStates(world: World): void {
  const states = new Map<number, string>();
  for (const { id, replica } of world.nodes.values()) {
    const { applied } = replica!.raft;
    const { values, ops } = replica!.state;
    const text = JSON.stringify([[...values].sort(([one], [other]) => one - other), ops.size]);
    const known = states.get(applied);
    expect(
      known === undefined || known === text,
      'equal states',
      () => `${id} differs at ${applied}`,
    );
    states.set(applied, text);
  }
}

/** One leader, no change under way, nobody without a disk, and all members nearly at one index. */
function isWell(world: World): boolean {
  const nodes = [...world.nodes.values()];
  const leaders = nodes.filter(({ replica }) => replica!.raft.role === 'leader');
  if (leaders.length !== 1 || nodes.some(({ isLost }) => isLost)) return false;
  const { raft } = leaders[0]!.replica!;
  const { configuration } = raft;
  if (configuration.outgoing.length > 0 || raft.configurationIndex > raft.commit) return false;
  return configuration.epochs.every(([id]) => {
    const member = world.nodes.get(id)!.replica!.raft;
    return member.applied + 20 > raft.lastIndex && member.term === raft.term;
  });
}

function describe(world: World): string {
  return [...world.nodes.values()]
    .map(({ id, replica }) => {
      const { role, term, commit, lastIndex, configuration, isLost } = replica!.raft;
      const { voters, outgoing, learners } = configuration;
      return `${id}: ${role} ${term} ${commit}/${lastIndex} ${voters}|${outgoing}|${learners}${isLost ? ' lost' : ''}`;
    })
    .join('; ');
}
