import type { ActorRef, Request } from '../../runtime/index.js';
import type { HealthStatus } from './health.js';
import type { InstanceEntry } from './instance-history.js';
import type { LockHolder } from './lock-table.js';
import type { InstanceName, InstanceResult, RegisterResult } from './membership.js';
import type { Discovery, Query } from './query.js';
import type { RegistrationSpec } from './registration.js';
import type { RegistryStatus } from './registry-core.js';
import type { WatchEvent } from './watch-table.js';

/** What an actor that watches is told. It acknowledges with `RegistryClient.acknowledge`, then it is told more. */
export interface RegistryNews {
  readonly type: 'registry-news';
  /** The name of the watch. */
  readonly name: string;
  readonly event: WatchEvent;
}

/** What became of the wish for a lock. */
export type LockResult =
  | { readonly outcome: 'granted'; readonly token: number }
  /** Undefined: nobody has it, but it stays closed for the lock delay. */
  | { readonly outcome: 'held'; readonly by: LockHolder | undefined }
  | { readonly outcome: 'full' };

/** Names the owner of a lock in messages. */
export interface OwnerSpec {
  readonly name: string;
  readonly ref?: ActorRef<never> | undefined;
  readonly ttlMs?: number | undefined;
}

/** What a registry is asked; {@link RegistryClient} does so. */
export type RegistryMessage =
  | Request<{ type: 'register'; registration: RegistrationSpec }, RegisterResult>
  | Request<{ type: 'deregister'; name: InstanceName }, InstanceResult>
  | Request<
      { type: 'wish'; name: InstanceName; wish: 'drain' | 'resume' | 'ready' },
      InstanceResult
    >
  | Request<
      {
        type: 'report';
        name: InstanceName;
        check: string;
        result: HealthStatus;
        output: string;
      },
      InstanceResult
    >
  | Request<{ type: 'heartbeat'; name: InstanceName }, 'renewed' | 'unknown'>
  | Request<{ type: 'discover'; service: string; query?: Query | undefined }, Discovery>
  | Request<{ type: 'why'; service: string; instance: string }, readonly InstanceEntry[]>
  | Request<{ type: 'status' }, RegistryStatus>
  | Request<
      {
        type: 'watch';
        name: string;
        subscriber: ActorRef<RegistryNews>;
        service?: string | undefined;
        query?: Query | undefined;
        from?: number | undefined;
      },
      'watching' | 'full'
    >
  | { type: 'unwatch'; name: string; subscriber: ActorRef<RegistryNews> }
  | { type: 'acknowledge'; name: string; subscriber: ActorRef<RegistryNews>; index: number }
  | Request<{ type: 'lock'; key: string; owner: OwnerSpec; waitMs: number }, LockResult>
  | Request<{ type: 'renew-lock'; key: string; token: number; owner: OwnerSpec }, boolean>
  | Request<{ type: 'unlock'; key: string; token: number }, boolean>
  | Request<{ type: 'lock-holder'; key: string }, LockHolder | undefined>
  /** A thread died at that moment: sent by `startRegistry`. */
  | { type: 'thread-died'; thread: number; atMs: number }
  /** The rest it sends to itself, or its children send. */
  | { type: 'sweep' }
  | { type: 'actor-gone'; id: string }
  | { type: 'lock-wait-over'; key: string; ticket: number }
  | { type: 'probed'; name: InstanceName; check: string; result: HealthStatus; output: string };
