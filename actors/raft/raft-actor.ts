import {
  type Context,
  checkFields,
  type Definition,
  defineActor,
  NO_REPLY,
  type OptionNames,
  type Requester,
} from '../../runtime/index.js';
import { openJournal } from '../journal/index.js';
import { JournalStorage } from './journal-storage.js';
import { MemoryStorage, type NodeStorage } from './node-storage.js';
import type { RaftNodeArgs, RaftNodeMessage } from './protocol.js';
import { type AnyMachine, type AnyNodeMessage, RaftShell } from './raft-shell.js';
import type { StateMachine } from './state-machine.js';
import type { RaftTransport, RaftTransportFactory } from './transport.js';

/** What a user writes about a kind of group: where its definition is found, and its state machine. */
export interface RaftSpec<S, C, R, Q, A> extends StateMachine<S, C, R, Q, A> {
  /** `import.meta.url` of the module that exports the definition. */
  readonly module: string;
  /** Name of that export. */
  readonly name: string;
  /** Connects a node to the others of its group. Left out: the mesh between the threads of one process. */
  readonly transport?: RaftTransportFactory;
}

function transportOf(
  { group, id }: RaftNodeArgs,
  factory: RaftTransportFactory | undefined,
  { self }: Context<AnyNodeMessage>,
): RaftTransport | undefined {
  return factory?.({
    group,
    id,
    deliver: (messages) => {
      self.tell({ type: 'messages', messages });
    },
  });
}

/** Where a node keeps what it promises. */
function storageOf(args: RaftNodeArgs, ctx: Context<AnyNodeMessage>): NodeStorage {
  const { group, id, journal } = args;
  if (journal === undefined) return new MemoryStorage();
  const { self, incarnation } = ctx;
  const failed = (error: unknown): void => {
    self.tell({ type: 'not-stored', error, incarnation });
  };
  return new JournalStorage(openJournal(ctx as never, journal), `raft/${group}/${id}`, failed);
}

type AnySpec = RaftSpec<unknown, unknown, unknown, unknown, unknown>;

const FIELDS: OptionNames<AnySpec> = {
  module: true,
  name: true,
  initial: true,
  apply: true,
  query: true,
  snapshot: true,
  restore: true,
  transport: true,
};

/** A kind of group. */
export type RaftDefinition<C, R, Q, A> = Definition<RaftNodeMessage<C, R, Q, A>, RaftNodeArgs>;

/**
 * Defines a kind of group that agrees on a state. Each node is an actor; start them with `startRaft`.
 *
 * ```ts
 * export const Counter = defineRaft({
 *   module: import.meta.url,
 *   name: 'Counter',
 *   initial: () => ({ n: 0 }),
 *   apply: (state, { by }: { by: number }) => [{ n: state.n + by }, state.n + by],
 *   query: (state, _: null) => state.n,
 * });
 * ```
 *
 * @throws {TroupeError} ERR_DEFINITION
 */
export function defineRaft<S, C, R, Q, A>(
  spec: RaftSpec<S, C, R, Q, A>,
): RaftDefinition<C, R, Q, A> {
  checkFields(String(spec?.name), spec as AnySpec, FIELDS);
  const machine = spec as unknown as AnyMachine;
  const taken = (ctx: { requester(): unknown }): Requester<never> =>
    ctx.requester() as Requester<never>;
  const definition = defineActor<AnyNodeMessage>()({
    module: spec.module,
    name: spec.name,
    init(args: RaftNodeArgs, ctx) {
      const transport = transportOf(args, spec.transport, ctx);
      return RaftShell.start(args, { machine, storage: storageOf(args, ctx), transport }, ctx);
    },
    handlers: {
      packets: (shell, { packets }) => shell.open(packets),
      messages: (shell, { messages }) => shell.receive(messages),
      members: (shell, { members }) => shell.meetPeers(members),
      tick: (shell) => shell.tick(),
      flush: (shell) => shell.flush(),
      stored: (shell, { sequence, incarnation }) => shell.stored(sequence, incarnation),
      'not-stored': (shell, { error, incarnation }) => shell.notStored(error, incarnation),
      rejoin: (shell, { epoch }) => shell.rejoin(epoch),
      propose(shell, message, ctx) {
        shell.propose(taken(ctx), message);
        return NO_REPLY;
      },
      'open-session'(shell, { nonce }, ctx) {
        shell.openSession(taken(ctx), nonce);
        return NO_REPLY;
      },
      read(shell, { query }, ctx) {
        shell.read(taken(ctx), query);
        return NO_REPLY;
      },
      'read-stale': (shell, { query }) => shell.readStale(query),
      change: (shell, { change }) => shell.change(change),
      transfer: (shell, { to }) => shell.transfer(to),
      status: (shell) => shell.status,
    },
    stopped: (shell) => shell.stop(),
  });
  return definition as unknown as RaftDefinition<C, R, Q, A>;
}
