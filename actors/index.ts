// The ready-made actors, one block each: the entry `troupe/actors`.
// The journal.

// AggregateActor: event sourcing.
export * from './aggregate/index.js';
// The broker.
export * from './broker/index.js';
// Cache: a distributed cache over a hash ring.
export * from './cache/index.js';
export {
  JournalActor,
  type JournalAddress,
  type JournalArgs,
  type JournalHost,
  type JournalMessage,
  type OpenJournalOptions,
  openJournal,
  type StartJournalOptions,
  startJournal,
  stopJournal,
} from './journal/index.js';
// Consensus.
export {
  type CommandOutcome,
  type Configuration as RaftConfiguration,
  commandOf,
  defineRaft,
  type Entry as RaftEntry,
  founding,
  type HardState,
  type InitialState,
  type MembershipChange,
  type MembershipResult,
  MemoryNetwork as RaftMemoryNetwork,
  PROPOSAL,
  type Proposal,
  type ProposeResult,
  Raft,
  RaftClient,
  type RaftClientOptions,
  type RaftDefinition,
  RaftDirectory,
  type RaftGroup,
  type RaftGroupOptions,
  type RaftMessage,
  type RaftNodeMessage,
  type RaftOptions,
  type RaftReport,
  type RaftSettings,
  type RaftSpec,
  type RaftStatus,
  type RaftTransport,
  type RaftTransportFactory,
  type ReadResultOf,
  type Ready,
  Replica,
  type ReplicaOptions,
  type Snapshot as RaftSnapshot,
  type StateMachine,
  type StorageAnswer,
  startRaft,
  type TransferResult,
  type TransportNode as RaftTransportNode,
} from './raft/index.js';
// The service registry.
export * from './registry/index.js';
