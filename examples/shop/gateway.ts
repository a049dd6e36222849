import {
  balanceService,
  type Cache,
  type RegistryClient,
  type ServiceBalancer,
} from 'troupe/actors';
import {
  CircuitBreaker,
  type PhaseChange,
  type Pipeline,
  pipeline,
  Retry,
  RetryBudget,
  Timeout,
} from 'troupe/resilience';
import { PAYMENTS, type PaymentMessage, type Receipt } from './protocol.js';

/** Asks the slow database for the price of a product. */
export type PriceSource = (product: string) => Promise<number>;

/** Calls of one kind, by their outcome. */
export interface GatewayCounts {
  tries: number;
  paid: number;
  unpaid: number;
}

/**
 * Sells: reads prices through the cache, finds the payment service by the registry, shares payments out over its
 * instances, and pays inside of a pipeline: total time > retry > breaker > time for one try.
 */
export class Gateway {
  readonly counts: GatewayCounts = { tries: 0, paid: 0, unpaid: 0 };
  readonly breaker: CircuitBreaker;
  readonly #prices: Cache<number>;
  readonly #source: PriceSource;
  readonly #payments: ServiceBalancer<PaymentMessage>;
  readonly #pipeline: Pipeline;

  constructor(
    registry: RegistryClient,
    prices: Cache<number>,
    source: PriceSource,
    onPhase: (change: PhaseChange) => void,
  ) {
    this.#prices = prices;
    this.#source = source;
    this.#payments = balanceService(registry, PAYMENTS, { policy: 'least-in-flight' });
    this.breaker = new CircuitBreaker({
      name: PAYMENTS,
      window: { kind: 'count', size: 20 },
      minCalls: 15,
      open: { minMs: 200, maxMs: 800 },
      trial: { permits: 3, permitMs: 500 },
    });
    this.breaker.onPhase(onPhase);
    this.#pipeline = pipeline({
      total: new Timeout({ ms: 600, name: 'order' }),
      retry: new Retry({ backoff: { minMs: 5, maxMs: 100 }, budget: new RetryBudget() }),
      breaker: this.breaker,
      timeout: new Timeout({ ms: 150, name: 'payment' }),
    });
  }

  /** What a product costs, in cents: from the cache, which asks the database once for all. */
  async price(product: string): Promise<number> {
    const cents = await this.#prices.getOrLoad(product, this.#source);
    if (cents === undefined) throw new Error(`${product} is not for sale`);
    return cents;
  }

  /** Pays for an order. @throws what the pipeline throws in the end: it may have been paid or not */
  async pay(order: string, cents: number): Promise<Receipt> {
    try {
      const receipt = await this.#pipeline.run(
        (call) => {
          this.counts.tries++;
          const pay = { type: 'pay', order, cents, deadline: call.deadline } as const;
          return this.#payments.balancer.call(({ ref }) => ref!.ask(pay, call.askOptions));
        },
        // The ledger books an order once, so a payment whose outcome is unknown may be tried again.
        { idempotent: true },
      );
      this.counts.paid++;
      return receipt;
    } catch (error) {
      this.counts.unpaid++;
      throw error;
    }
  }

  close(): void {
    this.#payments.stop();
  }
}
