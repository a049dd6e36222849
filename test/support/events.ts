import type { ActorSystem, SystemEvents } from '../../runtime/index.js';

type EventOf<E extends keyof SystemEvents> = Parameters<SystemEvents[E]>[0];

/** All events of one kind from now on. */
export function record<E extends keyof SystemEvents>(system: ActorSystem, event: E): EventOf<E>[] {
  const seen: EventOf<E>[] = [];
  system.events.on(event, ((payload: EventOf<E>) => seen.push(payload)) as SystemEvents[E]);
  return seen;
}

/** The next event of that kind. */
export function nextEvent<E extends keyof SystemEvents>(
  system: ActorSystem,
  event: E,
): Promise<EventOf<E>> {
  return new Promise((resolve) => {
    system.events.once(event, ((payload: EventOf<E>) => resolve(payload)) as SystemEvents[E]);
  });
}
