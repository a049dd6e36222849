import t from 'tap';
import {
  MAX_YOUNG_STREAK,
  type Runnable,
  RunQueue,
  type TurnBudget,
} from '../../runtime/scheduler/run-queue.js';

class Worker implements Runnable {
  readonly id: number;
  left: number;

  constructor(id: number, left: number) {
    this.id = id;
    this.left = left;
  }

  run(budget: TurnBudget): void {
    while (budget.messages > 0 && this.left > 0) {
      budget.messages--;
      this.left--;
    }
  }
}

t.test('actors get their turns in the order they became ready', async (t) => {
  const queue = new RunQueue<Worker>();
  t.equal(queue.shift(), undefined);
  t.equal(queue.slotCount, 0, 'no storage before the first');
  const workers = [1, 2, 3].map((id) => new Worker(id, 0));
  for (const worker of workers) queue.push(worker);
  t.equal(queue.length, 3);
  t.same(
    workers.map(() => queue.shift()?.id),
    [1, 2, 3],
  );
  t.equal(queue.length, 0);
});

t.test('an actor that is still ready goes to the back, so that all get their share', async (t) => {
  const queue = new RunQueue<Worker>();
  for (const [id, left] of [5, 1, 3].entries()) queue.push(new Worker(id, left));
  const turns: number[] = [];
  for (let worker = queue.shift(); worker !== undefined; worker = queue.shift()) {
    turns.push(worker.id);
    worker.run({ messages: 2, deadlineMs: Number.POSITIVE_INFINITY });
    if (worker.left > 0) queue.push(worker);
  }
  t.same(turns, [0, 1, 2, 0, 2, 0]);
});

t.test('a burst of ready actors leaves no storage behind', async (t) => {
  const queue = new RunQueue<Worker>();
  for (let i = 0; i < 1000; i++) queue.push(new Worker(i, 0));
  while (queue.shift() !== undefined);
  t.equal(queue.slotCount, 0);
});

t.test('a tree is grown depth first, siblings in their order', async (t) => {
  const queue = new RunQueue<Worker>();
  const begun: number[] = [];
  queue.pushYoung(new Worker(1, 0));
  for (let worker = queue.shift(); worker !== undefined; worker = queue.shift()) {
    begun.push(worker.id);
    if (worker.id >= 100) continue;
    for (const digit of [1, 2, 3]) queue.pushYoung(new Worker(worker.id * 10 + digit, 0));
  }
  t.same(begun, [1, 11, 111, 112, 113, 12, 121, 122, 123, 13, 131, 132, 133]);
  t.equal(queue.length, 0);
});

t.test('who waits has a turn however many are spawned', async (t) => {
  const queue = new RunQueue<Worker>();
  queue.push(new Worker(0, 0));
  queue.push(new Worker(1, 0));
  queue.pushYoung(new Worker(2, 0));
  const waited: number[] = [];
  for (let turn = 0; turn < 3 * MAX_YOUNG_STREAK; turn++) {
    const { id } = queue.shift()!;
    if (id === 2) queue.pushYoung(new Worker(2, 0));
    else waited.push(turn);
  }
  t.same(waited, [MAX_YOUNG_STREAK, 2 * MAX_YOUNG_STREAK + 1]);
  t.equal(queue.length, 1);
});
