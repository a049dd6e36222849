import type { AnyRef } from '../../runtime/index.js';
import type { RemovalReason } from './instance.js';
import type { InstanceState } from './instance-state.js';
import type { CheckSpec } from './registration.js';
import type { Watch, WatchEvent } from './watch-table.js';

/** What happened to an instance, for the event stream of the system: the user event `registry`. */
export interface RegistryEvent {
  readonly what: 'registered' | 'updated' | 'state-changed' | 'deregistered';
  readonly service: string;
  readonly instance: string;
  readonly incarnation: number;
  readonly state: InstanceState;
  readonly reason: RemovalReason | undefined;
  readonly index: number;
}

/** What the core wants done. */
export type RegistryEffect =
  | { readonly type: 'lease-open'; readonly slot: number; readonly generation: number }
  | { readonly type: 'lease-close'; readonly slot: number }
  | { readonly type: 'watch-actor'; readonly ref: AnyRef }
  | { readonly type: 'unwatch-actor'; readonly ref: AnyRef }
  | {
      readonly type: 'start-checks';
      readonly service: string;
      readonly instance: string;
      readonly incarnation: number;
      readonly checks: Readonly<Record<string, CheckSpec>>;
    }
  | { readonly type: 'stop-checks'; readonly service: string; readonly instance: string }
  | { readonly type: 'tell-watcher'; readonly watch: Watch; readonly event: WatchEvent }
  | { readonly type: 'lock-granted'; readonly ticket: number; readonly token: number }
  | { readonly type: 'lock-lost'; readonly ticket: number }
  | { readonly type: 'publish'; readonly event: RegistryEvent };
