import type { Contest, Scale, Subject } from '../harness.js';
import { comedySubject } from './comedy.js';
import { eventemitter3Subject } from './eventemitter3.js';
import { ioredisSubject } from './ioredis.js';
import { lruCacheSubject } from './lru-cache.js';
import { nactSubject } from './nact.js';
import { xstateSubject } from './xstate.js';

const PEERS: readonly ((bench: string, scale: Scale) => Subject | undefined)[] = [
  eventemitter3Subject,
  nactSubject,
  xstateSubject,
  comedySubject,
  lruCacheSubject,
  ioredisSubject,
];

/** The contest with the peers that can do its work, after its own subjects. */
export function withPeers(contest: Contest, scale: Scale): Contest {
  const peers = PEERS.map((subjectOf) => subjectOf(contest.bench, scale));
  const able = peers.filter((subject) => subject !== undefined);
  return { ...contest, subjects: [...contest.subjects, ...able] };
}
