import { parentPort } from 'node:worker_threads';
import { type FloorReport, SETUP } from './step.js';

/** A thread of a floor: loads its program, and does a round for each count that it is sent. */
const program = (await import(`./${SETUP.program}.js`)) as {
  run(count: number): FloorReport | Promise<FloorReport>;
};
parentPort!.on('message', async (count: number) => {
  parentPort!.postMessage(await program.run(count));
});
