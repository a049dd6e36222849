import type { ActorRef, Request } from 'troupe';
import type { RegistryMessage } from 'troupe/actors';
import type { Deadline } from 'troupe/resilience';

/** What the ledger answers to a charge. */
export type Charged = 'charged' | 'known';

/** Who has paid what. Its state is the truth: everything is checked against it in the end. */
export type LedgerMessage =
  | Request<{ type: 'charge'; order: string; cents: number }, Charged>
  | Request<{ type: 'all' }, ReadonlyMap<string, number>>
  | Request<{ type: 'repeated' }, number>;

/** An instance of the payment service. */
export type PaymentMessage =
  | Request<{ type: 'pay'; order: string; cents: number; deadline: Deadline }, Receipt>
  /** The bank behind it does not answer any more, or does again. */
  | { type: 'outage'; isOn: boolean }
  /** Ends the incarnation, or the whole thread. */
  | { type: 'crash' }
  | { type: 'kill-thread' };

/** Proof of a payment. */
export interface Receipt {
  readonly order: string;
  readonly by: string;
}

/** What an instance is started with. */
export interface PaymentArgs {
  readonly instance: string;
  readonly seed: number;
  readonly registry: ActorRef<RegistryMessage>;
  readonly ledger: ActorRef<LedgerMessage>;
}

/** The name under which the payment service is found. */
export const PAYMENTS = 'payments';
