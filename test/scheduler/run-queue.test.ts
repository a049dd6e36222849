import t from 'tap';
import { type Runnable, RunQueue, type TurnBudget } from '../../runtime/scheduler/run-queue.js';

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
