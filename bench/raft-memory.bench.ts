import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ActorSystem } from 'troupe';
import { startRaft } from 'troupe/actors';
import { type Bench, check, countOf, type Figure, type Subject } from './harness.js';
import { ByteCounter, type ByteCounters } from './raft-actors.js';

const KIBIBYTE = 1024;
const COLLECTIONS = 4;
const LOOK_MS = 20;
/** Long, so that those who wait for the others to be elected cost nothing. */
const TICK_MS = 100;

/** Groups of three nodes with their directory, all on one thread, each with a leader and nothing to do. */
class IdleGroups implements Subject {
  readonly name = 'troupe';
  readonly #count: number;
  #system: ActorSystem | undefined;
  #started = 0;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {
    setFlagsFromString('--expose-gc');
    this.#system = await ActorSystem.start({ threads: 0, askTimeoutMs: 120_000 });
  }

  async round(): Promise<readonly Figure[]> {
    const before = await settledHeapBytes();
    const groups: ByteCounters[] = [];
    for (let i = 0; i < this.#count; i++) {
      const name = `idle-${this.#started++}`;
      const placement = () => 0;
      groups.push(startRaft(this.#system!, ByteCounter, { name, placement, tickMs: TICK_MS }));
    }
    for (const group of groups) await ledOnce(group);
    const bytes = (await settledHeapBytes()) - before;
    check(bytes > 0, () => `${this.#count} groups take ${bytes} bytes`);
    return [{ suffix: '', value: bytes / this.#count / KIBIBYTE, unit: 'KiB/group' }];
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

/** Waits until the group has a leader, and all have applied its first entry. */
async function ledOnce({ nodes }: ByteCounters): Promise<void> {
  for (;;) {
    const statuses = await Promise.all(nodes.map((node) => node.ask({ type: 'status' })));
    const isLed = statuses.some(({ role }) => role === 'leader');
    if (isLed && statuses.every(({ applied }) => applied > 0)) return;
    await delay(LOOK_MS);
  }
}

async function settledHeapBytes(): Promise<number> {
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < COLLECTIONS; i++) {
    collect();
    await delay(LOOK_MS);
  }
  return process.memoryUsage().heapUsed;
}

/** The heap that an idle group takes. */
export const bench: Bench = {
  contests: (scale) => [
    { bench: 'raft-memory', subjects: [new IdleGroups(countOf(scale, 200, 5))] },
  ],
};
