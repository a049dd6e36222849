import { parentPort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { inFlight } from './in-flight.js';

/** The baseline `piscina`: a client in a thread of its own, a pool of one thread as the server. */
const OUTSTANDING = 16;

const pool = new Piscina<number, number>({
  filename: new URL('./piscina-job.js', import.meta.url).href,
  minThreads: 1,
  maxThreads: 1,
  concurrentTasksPerWorker: OUTSTANDING,
});

parentPort!.on('message', async (count: number) => {
  if (count > 0) {
    parentPort!.postMessage(await inFlight(count, OUTSTANDING, (i) => pool.run(i)));
  } else {
    await pool.destroy();
    parentPort!.close();
  }
});
