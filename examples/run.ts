/**
 * Runs an example by its name:
 *
 *     npm run example bank
 *     npm run example -- cluster --help     options of an example stand behind `--`
 */
import { fileURLToPath } from 'node:url';

/** The examples, from the smallest to the largest: module and what it shows. */
const EXAMPLES: Readonly<Record<string, readonly [file: string, shows: string]>> = {
  'ping-pong': ['ping-pong.js', 'two actors, two threads'],
  'supervised-counter': ['supervised-counter.js', 'a supervisor, restarts, escalation'],
  'router-pool': ['router-pool.js', 'pools of actors'],
  'embed-fastify': ['embed-fastify/main.js', 'actors in a Fastify app, until Ctrl-C'],
  'embed-express': ['embed-express/main.js', 'actors in an Express app, until Ctrl-C'],
  'watched-shop': ['watched-shop.js', 'the dashboard, until Ctrl-C'],
  orders: ['orders/main.js', 'the broker: each order paid once'],
  'raft-kv': ['raft-kv/main.js', 'a replicated store whose leaders are ended'],
  bank: ['bank/main.js', 'event sourcing on disk, killed and started again'],
  shop: ['shop/main.js', 'cache, registry and resilience, under faults'],
  'word-count': ['word-count/main.js', 'counting on all threads, under faults'],
  cluster: ['cluster/main.js', 'all of it behind an HTTP server, with an audit'],
};

const [, , name = '', ...args] = process.argv;
const example = Object.hasOwn(EXAMPLES, name) ? EXAMPLES[name] : undefined;
if (example === undefined) {
  const list = Object.entries(EXAMPLES).map(([each, [, shows]]) => `  ${each.padEnd(20)}${shows}`);
  const text = `Usage: npm run example NAME [-- options]\n\n${list.join('\n')}\n`;
  const isAsked = ['', '-h', '--help'].includes(name);
  if (isAsked) process.stdout.write(text);
  else process.stderr.write(`there is no example '${name}'\n\n${text}`);
  process.exitCode = isAsked ? 0 : 2;
} else {
  // The example finds itself to be the program, with the arguments that are its own.
  const file = fileURLToPath(new URL(example[0], import.meta.url));
  process.argv = [process.argv[0]!, file, ...args];
  await import(file);
}
