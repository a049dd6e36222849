import t from 'tap';
import { measure } from '../../bench/harness.js';
import { withPeers } from '../../bench/peers/contenders.js';
import { eventemitter3Subject } from '../../bench/peers/eventemitter3.js';
import { PeerSubject } from '../../bench/peers/peer-subject.js';
import { RedisServer } from '../../bench/peers/redis-server.js';

t.test('each peer takes part in the benches whose work it can do', async (t) => {
  const peersOf = (bench: string): string[] =>
    withPeers({ bench, subjects: [] }, 'smoke').subjects.map(({ name }) => name);
  t.same(
    Object.fromEntries(
      [
        'tell-local',
        'pingpong-local',
        'ring',
        'spawn',
        'memory',
        'pingpong-cross',
        'tell-cross-int',
        'ask-cross',
        'fanin-cross',
        'cache-local',
        'cache-cross',
      ].map((bench) => [bench, peersOf(bench).join(' ')]),
    ),
    {
      'tell-local': 'eventemitter3 nact xstate comedy',
      'pingpong-local': 'nact xstate comedy',
      ring: 'nact xstate',
      spawn: 'nact xstate',
      memory: 'nact xstate',
      'pingpong-cross': 'comedy',
      'tell-cross-int': 'comedy',
      'ask-cross': 'comedy',
      'fanin-cross': '',
      'cache-local': 'lru-cache',
      'cache-cross': RedisServer.isInstalled() ? 'ioredis' : '',
    },
  );
});

t.test("a contest's own subjects come before the peers", async (t) => {
  const own = eventemitter3Subject('tell-local', 'smoke')!;
  const { subjects } = withPeers({ bench: 'ring', subjects: [own] }, 'smoke');
  t.same(
    subjects.map(({ name }) => name),
    ['eventemitter3', 'nact', 'xstate'],
  );
});

t.test('a peer is measured as any other subject', async (t) => {
  const subject = eventemitter3Subject('tell-local', 'smoke')!;
  const [line] = await measure({ bench: 'tell-local', subjects: [subject] }, 2);
  t.match(line, { bench: 'tell-local', subject: 'eventemitter3', unit: 'msg/s', rounds: 2 });
  t.ok(line!.value > 0);
});

t.test('a peer is opened once, works each round on what was opened, and is closed', async (t) => {
  const calls: string[] = [];
  const subject = new PeerSubject<string>({
    name: 'peer',
    count: 3,
    open: async () => {
      calls.push('open');
      return 'it';
    },
    work: async (peer, count) => {
      calls.push(`work ${peer} ${count}`);
      return [];
    },
    close: async (peer) => {
      calls.push(`close ${peer}`);
    },
  });
  await subject.close();
  await measure({ bench: 'x', subjects: [subject] }, 1);
  t.same(calls, ['open', 'work it 3', 'work it 3', 'close it']);
});
