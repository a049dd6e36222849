import { type ActorSystem, type Clock, systemClock } from '../../runtime/index.js';
import { RegistryClient } from './client.js';
import { RegistryActor, registryArgs } from './registry-actor.js';
import type { RegistryOptions } from './registry-options.js';

/** Where the registry itself lives, and under which name. */
export interface StartOptions extends RegistryOptions {
  /** `registry` unless given. */
  readonly name?: string;
  /** A thread; the main thread unless given, the one that lives as long as the process. */
  readonly thread?: number;
  /** The clock of the system: for simulations, which have another than the machine. */
  readonly clock?: Clock;
}

/**
 * Starts a registry with a replica on each thread, and tells it of the deaths of threads.
 * @returns a client for this thread; its `ref` goes to actors, which `connectRegistry`
 * @throws {TroupeError} ERR_OPTION, ERR_NAME_TAKEN, ERR_START_FAILED, ERR_NO_THREAD, as rejections
 */
export async function startRegistry(
  system: ActorSystem,
  options: StartOptions = {},
): Promise<RegistryClient> {
  const { name = 'registry', thread = 0, clock = systemClock, ...rest } = options;
  const ref = system.spawn(RegistryActor, registryArgs(rest, system.threads), {
    name,
    placement: thread,
    restart: 'permanent',
  });
  const onDied = ({ thread: dead }: { readonly thread: number }): void => {
    ref.tell({ type: 'thread-died', thread: dead, atMs: clock.now() });
  };
  system.events.on('thread-died', onDied);
  const forget = (): void => void system.events.off('thread-died', onDied);
  system.terminated(ref).then(forget, forget);
  await system.started(ref);
  const client = new RegistryClient(ref, clock);
  await client.ready();
  return client;
}
