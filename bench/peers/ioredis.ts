import { ENTRIES, getInTurn, OUTSTANDING } from '../cross-gets.js';
import { countOf, type Scale, type Subject } from '../harness.js';
import { askedFigures } from '../port-request-subject.js';
import { loadPeer } from './installed.js';
import { PeerSubject } from './peer-subject.js';
import { RedisServer } from './redis-server.js';

/** The part of ioredis that is used. */
interface Redis {
  mset(entries: Map<string, number>): Promise<unknown>;
  get(key: string): Promise<string | null>;
  quit(): Promise<unknown>;
}

interface IoredisModule {
  readonly Redis: new (options: { port: number; enableAutoPipelining: boolean }) => Redis;
}

interface Running {
  readonly server: RedisServer;
  readonly redis: Redis;
}

async function open(): Promise<Running> {
  const { Redis } = await loadPeer<IoredisModule>('ioredis');
  const server = await RedisServer.start();
  const redis = new Redis({ port: server.port, enableAutoPipelining: true });
  await redis.mset(new Map(ENTRIES));
  return { server, redis };
}

/**
 * The same gets from a Redis on loopback, commands of one turn in one write. Undefined, and said so on standard error,
 * where there is no Redis to start.
 */
export function ioredisSubject(bench: string, scale: Scale): Subject | undefined {
  if (bench !== 'cache-cross') return undefined;
  if (!RedisServer.isInstalled()) {
    process.stderr.write('cache-cross: without ioredis, since redis-server is not installed\n');
    return undefined;
  }
  return new PeerSubject<Running>({
    name: 'ioredis',
    count: countOf(scale, 64 * 2500, OUTSTANDING * 10),
    open,
    work: async ({ redis }, count) => {
      const get = async (key: string): Promise<number> => Number(await redis.get(key));
      return askedFigures(count, await getInTurn(count, get), 'ops/s');
    },
    close: async ({ server, redis }) => {
      await redis.quit();
      await server.stop();
    },
  });
}
