import type { ActorRef, Message } from '../../runtime/index.js';
import type { InstanceState } from './instance-state.js';

/**
 * What an instance says of itself, checked and with its defaults filled in.
 * @typeParam M protocol of the instance where it is an actor
 */
export interface InstanceData<M extends Message = never> {
  readonly service: string;
  /** Unique within its service. */
  readonly instance: string;
  /** Later lives of one instance have greater numbers; the greater one wins. */
  readonly incarnation: number;
  /** Where it is reached when it is no actor: any text, such as `10.0.0.7:8080`. */
  readonly address: string | undefined;
  /** The actor that it is. */
  readonly ref: ActorRef<M> | undefined;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** `MAJOR.MINOR.PATCH`, with a pre-release part where there is one. */
  readonly version: string | undefined;
  readonly zone: string | undefined;
  /** Its share of the load beside others, 0 to 65,535; 1 unless given. */
  readonly weight: number;
}

/** An instance as the registry knows it: an immutable value, replaced at each change. */
export interface Instance<M extends Message = never> extends InstanceData<M> {
  readonly state: InstanceState;
  /** Kept out of discovery, because it came and went too often. */
  readonly isHeld: boolean;
  /** Index of its last change. */
  readonly index: number;
  /** Number of its lease in shared memory; -1 without one. */
  readonly leaseSlot: number;
  readonly leaseGeneration: number;
}

/** Why an instance is no longer registered. */
export type RemovalReason =
  | 'deregistered'
  | 'lease-expired'
  | 'actor-gone'
  | 'thread-died'
  | 'replaced';

/** One change of the catalog; `before` and `after` are undefined where there was or is no instance. */
export interface Change {
  readonly index: number;
  readonly before: Instance | undefined;
  readonly after: Instance | undefined;
}

/** The key of an instance among all: unambiguous, since names have no NUL. */
export function instanceKey(service: string, instance: string): string {
  return `${service}\0${instance}`;
}
