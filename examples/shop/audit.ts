/** One order as its customer knows it. */
export interface Order {
  readonly id: string;
  readonly cents: number;
  /** The gateway gave a receipt. */
  isPaid: boolean;
}

/** Where all orders ended. */
export interface Audit {
  readonly orders: number;
  readonly paid: number;
  /** Charged, but no receipt came through: found in the ledger afterwards. */
  readonly foundLater: number;
  readonly notCharged: number;
  /** What does not add up; empty when all does. */
  readonly faults: readonly string[];
}

/** Compares what customers know with the ledger: no payment lost, none doubled, none made up. */
export function audit(orders: readonly Order[], charges: ReadonlyMap<string, number>): Audit {
  const faults: string[] = [];
  let [paid, foundLater, notCharged] = [0, 0, 0];
  for (const { id, cents, isPaid } of orders) {
    const charged = charges.get(id);
    if (charged !== undefined && charged !== cents) faults.push(`${id}: ${charged}, not ${cents}`);
    if (isPaid) paid++;
    else if (charged !== undefined) foundLater++;
    else notCharged++;
    if (isPaid && charged === undefined) faults.push(`${id} has a receipt, but was not charged`);
  }
  const known = new Set(orders.map(({ id }) => id));
  for (const id of charges.keys())
    if (!known.has(id)) faults.push(`${id} was charged, not ordered`);
  if (charges.size !== paid + foundLater) faults.push('more charges than orders that were paid');
  return { orders: orders.length, paid, foundLater, notCharged, faults };
}
