import type { Configuration } from './configuration.js';

/** What an entry of the log is for. Numbers, because every message of a busy group carries many. */
export const ENTRY_KIND = {
  /** Nothing: the first entry of every leader (thesis, section 6.4). */
  noop: 0,
  /** A command for the state machine. */
  command: 1,
  /** A new configuration, in force as soon as it is in the log (paper, section 6). */
  configuration: 2,
  /** Opens a client session, whose number is the index of the entry (thesis, section 6.3). */
  session: 3,
} as const;

/**
 * One entry of the replicated log. Never changed once it exists; nodes of one thread share it.
 * Every entry has all fields in this order, so that all have one hidden class and one shape on the wire.
 */
export interface Entry {
  /** Place in the log, from 1, without gaps. */
  readonly index: number;
  /** Term of the leader that wrote it. */
  readonly term: number;
  /** One of {@link ENTRY_KIND}. */
  readonly kind: number;
  /** The client session of a command, 0 for none. For `session`: a number by which the opener knows it. */
  readonly session: number;
  /** Number of the command within its session, from 1. */
  readonly sequence: number;
  /** The client waits for no answer below this sequence any more. */
  readonly lowest: number;
  /** The command, or the {@link Configuration}. */
  readonly payload: unknown;
  /** Size of the payload as its proposer stated it: what windows and limits count. */
  readonly bytes: number;
}

/** What is counted for an entry besides its payload. */
export const ENTRY_OVERHEAD_BYTES = 32;

/** What a proposer gives; index and term come from the leader. */
export interface Proposal {
  readonly kind: number;
  readonly session: number;
  readonly sequence: number;
  readonly lowest: number;
  readonly payload: unknown;
  readonly bytes: number;
}

/** Makes an entry of a proposal. */
export function makeEntry(index: number, term: number, proposal: Proposal): Entry {
  const { kind, session, sequence, lowest, payload, bytes } = proposal;
  return { index, term, kind, session, sequence, lowest, payload, bytes };
}

/** A proposal without a session: its command may be applied twice when a client tries again. */
export function commandOf(payload: unknown, bytes: number): Proposal {
  return { kind: ENTRY_KIND.command, session: 0, sequence: 0, lowest: 0, payload, bytes };
}

/** The proposal of a configuration. */
export function configurationProposal(configuration: Configuration): Proposal {
  return {
    kind: ENTRY_KIND.configuration,
    session: 0,
    sequence: 0,
    lowest: 0,
    payload: configuration,
    bytes: 0,
  };
}

/** What a leader writes first in its term. */
export const NOOP_PROPOSAL: Proposal = {
  kind: ENTRY_KIND.noop,
  session: 0,
  sequence: 0,
  lowest: 0,
  payload: null,
  bytes: 0,
};
