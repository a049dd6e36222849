import { setTimeout as sleep } from 'node:timers/promises';
import { type ActorRef, type ActorSystem, SeededRandom } from 'troupe';
import { type Cache, cache, type RegistryClient, startRegistry } from 'troupe/actors';
import type { Order } from './audit.js';
import { Gateway } from './gateway.js';
import { Ledger } from './ledger.js';
import { Payments } from './payments.js';
import { PAYMENTS, type PaymentMessage } from './protocol.js';

const PRODUCTS = ['tea', 'bread', 'milk', 'honey', 'salt'] as const;
/** How long the database takes for one price. */
const DATABASE_MS = 10;
/** Customers who order at the same time. */
const CUSTOMERS = 8;

/** The whole shop: ledger, payment service, cache, gateway, and its customers. */
export class Shop {
  readonly orders: Order[] = [];
  readonly ledger;
  readonly gateway: Gateway;
  /** Prices that the database was asked for. */
  pricesLoaded = 0;
  readonly #system: ActorSystem;
  readonly #registry: RegistryClient;
  readonly #log: (line: string) => void;
  readonly #random = new SeededRandom(7);
  readonly #unlisten: () => void;
  readonly #instances = new Map<string, ActorRef<PaymentMessage>>();

  private constructor(
    system: ActorSystem,
    registry: RegistryClient,
    prices: Cache<number>,
    log: (line: string) => void,
  ) {
    this.#system = system;
    this.#registry = registry;
    this.#log = log;
    this.ledger = system.spawn(Ledger, undefined, { name: 'ledger', placement: 0 });
    const source = async (product: string): Promise<number> => {
      this.pricesLoaded++;
      await sleep(DATABASE_MS);
      return 100 + 10 * PRODUCTS.indexOf(product as 'tea');
    };
    this.gateway = new Gateway(registry, prices, source, ({ breaker, from, to }) =>
      log(`  breaker ${breaker}: ${from} -> ${to}`),
    );
    this.#unlisten = registry.listen(PAYMENTS, ({ instances }) => {
      const names = instances.map(({ instance }) => instance).sort();
      log(`  registry: ${names.length === 0 ? 'no payment service' : names.join(', ')}`);
    });
  }

  /** Opens a shop whose payment service has so many instances, spread over the threads. */
  static async open(
    system: ActorSystem,
    instances: number,
    log: (line: string) => void,
  ): Promise<Shop> {
    const registry = await startRegistry(system);
    const prices = cache<number>(system, { ttlMs: 60_000, name: 'prices' });
    const shop = new Shop(system, registry, prices, log);
    for (let number = 1; number <= instances; number++) await shop.#startPayments(number);
    return shop;
  }

  /** Customers order at the same time, one order after another. @returns how many were paid */
  async sell(count: number, customers = CUSTOMERS): Promise<number> {
    let left = count;
    let paid = 0;
    const customer = async (): Promise<void> => {
      while (left-- > 0) if (await this.#order()) paid++;
    };
    await Promise.all(Array.from({ length: customers }, customer));
    this.#log(`  ${paid} of ${count} orders paid`);
    return paid;
  }

  /** Tells one instance of the payment service something, or all of them. */
  tell(message: PaymentMessage & { type: 'outage' | 'crash' | 'kill-thread' }, to?: string): void {
    for (const [instance, ref] of this.#instances) {
      if (to === undefined || to === instance) ref.tell(message as { type: 'crash' });
    }
  }

  /** Waits until the registry finds so many instances. */
  async untilFound(count: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const stop = this.#registry.listen(PAYMENTS, ({ instances }) => {
        if (instances.length !== count) return;
        resolve();
        setImmediate(() => stop());
      });
    });
  }

  /** Sells no more, and looks at nothing any more. */
  close(): void {
    this.#unlisten();
    this.gateway.close();
  }

  async #startPayments(number: number): Promise<void> {
    const instance = `payments-${number}`;
    const args = {
      instance,
      seed: 100 * number,
      registry: this.#registry.ref,
      ledger: this.ledger,
    };
    const placement = 1 + ((number - 1) % this.#system.threads);
    const ref = this.#system.spawn(Payments, args, { name: instance, placement });
    this.#instances.set(instance, ref);
    await this.#system.started(ref);
  }

  /** One customer buys one thing. @returns whether it got a receipt */
  async #order(): Promise<boolean> {
    const product = PRODUCTS[this.#random.below(PRODUCTS.length)]!;
    const cents = await this.gateway.price(product);
    const order: Order = { id: `order-${this.orders.length + 1}`, cents, isPaid: false };
    this.orders.push(order);
    try {
      await this.gateway.pay(order.id, cents);
      order.isPaid = true;
    } catch {
      // The gateway has counted it; whether it was charged is found out in the end.
    }
    return order.isPaid;
  }
}
