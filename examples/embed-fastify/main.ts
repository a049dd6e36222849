/**
 * Actors in a Fastify app: started before it listens, stopped when it closes.
 *
 *     PORT=3000 node dist/examples/embed-fastify/main.js
 */
import Fastify from 'fastify';
import { ActorSystem } from 'troupe';
import { Counter } from '../readme/counter.js';

const system = await ActorSystem.start({ threads: 2 });
const counter = system.spawn(Counter, { start: 0 }, { name: 'counter' });

const app = Fastify();
app.get('/count', async () => ({ count: await counter.ask({ type: 'get' }) }));
const body = { type: 'object', required: ['by'], properties: { by: { type: 'integer' } } };
app.post<{ Body: { by: number } }>('/count', { schema: { body } }, async (request, reply) => {
  counter.tell({ type: 'inc', by: request.body.by });
  return reply.code(202).send();
});
app.get('/health', async (_request, reply) => {
  // The main thread is one of those alive.
  const isUp = system.aliveThreads.length > system.threads;
  return reply.code(isUp ? 200 : 503).send({ status: isUp ? 'up' : 'degraded' });
});

// Fastify answers what has come, then calls this: no request finds its actors gone.
app.addHook('onClose', async () => {
  await system.stop({ deadlineMs: 5000 });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => app.close());

console.log(`listening at ${await app.listen({ port: Number(process.env['PORT'] ?? 3000) })}`);
