import { type ActorRef, defineActor, type Request } from 'troupe';
import { inFlight } from './in-flight.js';

export type ServerMessage = Request<{ type: 'next'; i: number }, number>;

/** Answers each number with the next one. */
export const Server = defineActor<ServerMessage>()({
  module: import.meta.url,
  name: 'Server',
  init: () => null,
  handlers: { next: (_, message) => message.i + 1 },
});

export type ClientMessage = Request<
  {
    type: 'start';
    server: ActorRef<ServerMessage>;
    count: number;
    outstanding: number;
  },
  { readonly startNs: number; readonly endNs: number; readonly sum: number }
>;

/** Asks a server `count` times, `outstanding` questions at a time. */
export const Client = defineActor<ClientMessage>()({
  module: import.meta.url,
  name: 'Client',
  init: () => null,
  handlers: {
    start: (_, { server, count, outstanding }, ctx) =>
      inFlight(count, outstanding, (i) => ctx.ask(server, { type: 'next', i })),
  },
});
