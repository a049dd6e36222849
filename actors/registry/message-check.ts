import { ActorRef, type AnyRef, checkNames, TroupeError } from '../../runtime/index.js';
import type { LockOwner } from './lock-table.js';
import type { InstanceName } from './membership.js';
import { badOption, checkedName, checkedTtl } from './options.js';
import type { OwnerSpec } from './protocol.js';
import { checkedIncarnation } from './registration.js';

/** What is asked of an instance. */
export const WISHES = ['drain', 'resume', 'ready'] as const;

/** @throws {TroupeError} ERR_OPTION unless it names one incarnation of an instance */
export function checkedInstance(name: unknown): InstanceName {
  if (typeof name !== 'object' || name === null) {
    throw badOption('name', name, 'service, instance and incarnation');
  }
  const { service, instance, incarnation } = name as Partial<InstanceName>;
  return {
    service: checkedName('name.service', service),
    instance: checkedName('name.instance', instance),
    incarnation: checkedIncarnation(incarnation),
  };
}

/** @throws {TroupeError} ERR_OPTION unless it is one of these words */
export function checkedWord<T extends string>(where: string, value: T, words: readonly T[]): T {
  if (words.includes(value)) return value;
  throw badOption(where, value, words.map((word) => `'${word}'`).join(', '));
}

/** @throws {TroupeError} ERR_OPTION unless it is the reference of an actor; ERR_FOREIGN_REF of another system */
export function checkedRef<R extends AnyRef>(where: string, ref: R, self: AnyRef): R {
  if (!(ref instanceof ActorRef)) throw badOption(where, ref, 'the reference of an actor');
  if (ActorRef.hostOf(ref) === ActorRef.hostOf(self)) return ref;
  throw new TroupeError('ERR_FOREIGN_REF', {
    what: `${String(ref)} is of another system`,
    where,
    mend: 'register, watch and lock in the registry of its own system',
  });
}

/** @throws {TroupeError} ERR_OPTION unless something tells whether the owner lives */
export function checkedOwner(owner: OwnerSpec, self: AnyRef): LockOwner {
  if (typeof owner !== 'object' || owner === null)
    throw badOption('lock.owner', owner, 'an object');
  checkNames('lock.owner', owner, { name: true, ref: true, ttlMs: true });
  const { name, ref, ttlMs } = owner;
  if (ref === undefined && ttlMs === undefined) {
    throw badOption('lock.owner', name, 'a ttlMs, a ref, or both: else it could be held for ever');
  }
  return {
    name: checkedName('lock.owner.name', name),
    ref: ref === undefined ? undefined : checkedRef('lock.owner.ref', ref, self),
    ttlMs: ttlMs === undefined ? undefined : checkedTtl('lock.owner.ttlMs', ttlMs),
  };
}
