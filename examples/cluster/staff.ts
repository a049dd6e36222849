import { type ActorRef, childSpec, defineSupervisor } from 'troupe';
import type { BrokerAddress, JournalAddress, RegistryMessage } from 'troupe/actors';
import { CreditDesk } from './credit-desk.js';
import { NightWatch, type SettingsGroup } from './night-watch.js';
import { OrderRelay } from './order-relay.js';
import { Packer } from './packer.js';

/** What the staff works with. */
export interface StaffArgs {
  readonly threads: number;
  readonly journal: JournalAddress;
  readonly broker: BrokerAddress;
  readonly settings: SettingsGroup;
  readonly registry: ActorRef<RegistryMessage>;
  readonly bureauUrl: string;
  readonly breaker: SharedArrayBuffer;
}

/**
 * Who works here: a desk, a packer and a night watch on each thread, and the relay. One that fails is restarted
 * alone, all of a thread that dies are restarted as one.
 */
export const Staff = defineSupervisor({
  module: import.meta.url,
  name: 'Staff',
  intensity: 20,
  periodMs: 60_000,
  children: ({ threads, journal, broker, settings, registry, bureauUrl, breaker }: StaffArgs) => [
    ...numbered('packer', threads).map((name, i) =>
      childSpec(Packer, { name, broker }, { name, placement: i + 1 }),
    ),
    childSpec(OrderRelay, { journal, broker }, { name: 'relay', placement: 1 }),
    ...numbered('desk', threads).map((name, i) =>
      childSpec(
        CreditDesk,
        { instance: name, registry, bureauUrl, breaker },
        { name, placement: i + 1 },
      ),
    ),
    ...numbered('night-watch', threads).map((name, i) =>
      childSpec(NightWatch, { name, settings, journal }, { name, placement: i + 1 }),
    ),
  ],
});

/** `desk-1`, `desk-2` and so on: each on the thread of its number. */
function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}-${i + 1}`);
}
