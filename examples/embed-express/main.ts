/**
 * Actors in an Express app: started before it listens, stopped when its server has closed.
 *
 *     PORT=3000 node dist/examples/embed-express/main.js
 */
import type { AddressInfo } from 'node:net';
import express from 'express';
import { ActorSystem } from 'troupe';
import { Counter } from '../readme/counter.js';

const system = await ActorSystem.start({ threads: 2 });
const counter = system.spawn(Counter, { start: 0 }, { name: 'counter' });

const app = express();
app.use((_request, response, next) => {
  // While it stops, whoever keeps a connection lets it go.
  if (!server.listening) response.set('connection', 'close');
  next();
});
app.use(express.json());
// Express 5 passes what an async handler throws to the error handler: an ask that fails is a 500.
app.get('/count', async (_request, response) => {
  response.json({ count: await counter.ask({ type: 'get' }) });
});
app.post('/count', (request, response) => {
  const by: unknown = request.body?.by;
  if (typeof by !== 'number') return void response.sendStatus(400);
  counter.tell({ type: 'inc', by });
  response.sendStatus(202);
});
app.get('/health', (_request, response) => {
  // The main thread is one of those alive.
  const isUp = system.aliveThreads.length > system.threads;
  response.status(isUp ? 200 : 503).json({ status: isUp ? 'up' : 'degraded' });
});

const server = app.listen(Number(process.env['PORT'] ?? 3000), (error) => {
  if (error) throw error;
  console.log(`listening at http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The server answers what has come, then the actors stop: no request finds them gone.
  process.once(signal, () => server.close(() => void system.stop({ deadlineMs: 5000 })));
}
