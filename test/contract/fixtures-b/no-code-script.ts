import { isDeepStrictEqual } from 'node:util';
import { isCodeGenerationAllowed } from '../../../runtime/codec/code-generation.js';
import { ActorSystem } from '../../../runtime/index.js';
import { Collector } from '../fixtures/collector.js';
import { say } from './run-script.js';

/** Sends messages of learned shapes, of keys from outside, and large ones, to both kinds of threads. */
const COUNT = 200;
const KEYS = ['"];process.exit(7);//', '`', '\\', '\u2028', 'constructor', ''];

const system = await ActorSystem.start({ threads: 1, metrics: true });
for (const placement of [0, 1]) {
  const ref = system.spawn(Collector, undefined, { placement });
  const values: unknown[] = Array.from({ length: COUNT }, (_, n) => ({
    n,
    name: `name ${n % 7}`,
    on: n % 2 === 0,
    rest: Object.fromEntries(KEYS.map((key) => [key, n])),
    date: new Date(n),
  }));
  values.push(
    'x'.repeat(2 ** 20),
    new Map([[1n, new Uint8Array(5)]]),
    JSON.parse('{"__proto__": 1}'),
  );
  for (const value of values) ref.tell({ type: 'put', value });
  const got = await ref.ask({ type: 'take', count: values.length });
  say({ placement, equal: isDeepStrictEqual(got, values) });
}
say({ allowed: isCodeGenerationAllowed(), clean: (await system.stop()).clean });
