export {
  type Configuration,
  founding,
  type MembershipChange,
  NO_CONFIGURATION,
} from './configuration.js';
export { type DirectoryMessage, RaftDirectory } from './directory.js';
export { commandOf, ENTRY_KIND, type Entry, type Proposal } from './entry.js';
export type { MembershipResult } from './membership.js';
export { MemoryNetwork } from './memory-network.js';
export { MeshTransport, type RaftPacket } from './mesh-transport.js';
export type { RaftMessage, StorageAnswer } from './messages.js';
export type { Chance, HardState, InitialState, RaftOptions } from './options.js';
export type { CommandOutcome, ReadOutcome, Refusal } from './outcome.js';
export { PROPOSAL } from './proposals.js';
export type { RaftNodeArgs, RaftNodeMessage, RaftSettings, RaftStatus } from './protocol.js';
export { Raft } from './raft.js';
export { defineRaft, type RaftDefinition, type RaftSpec } from './raft-actor.js';
export {
  type ProposeResult,
  RaftClient,
  type RaftClientOptions,
  type ReadResultOf,
} from './raft-client.js';
export type { ReadResult } from './reads.js';
export type { RaftReport, ReadState, Ready } from './ready.js';
export { Replica } from './replica.js';
export type { Decision, ReplicaOptions, ReplicaOutput } from './replica-types.js';
export type { Role } from './roles.js';
export { checksumOf, type Snapshot } from './snapshot.js';
export { type RaftGroup, type RaftGroupOptions, startRaft } from './start-raft.js';
export type { StateMachine } from './state-machine.js';
export type { ReplicaWrite } from './storage.js';
export type { TransferResult } from './transfer.js';
export type { RaftTransport, RaftTransportFactory, TransportNode } from './transport.js';
