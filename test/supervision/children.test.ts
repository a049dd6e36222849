import t from 'tap';
import { hasCode } from '../../runtime/base/errors.js';
import { SeededRandom } from '../../runtime/base/random.js';
import { ActorRef, type AnyRef } from '../../runtime/ref/actor-ref.js';
import { Children, type FamilyChild } from '../../runtime/supervision/children.js';
import type { FamilyHost } from '../../runtime/supervision/family-host.js';
import { SupervisorCore } from '../../runtime/supervision/supervisor-core.js';
import { SlotAllocator } from '../../runtime/worker/slot-allocator.js';
import { thrown } from '../support/errors.js';

const CREATOR = 7;
const THREADS = 3;

/** A family whose children are added and end as those of an actor do, without the actors. */
class Household {
  readonly core = new SupervisorCore(
    { strategy: 'one-for-one', intensity: 3, periodMs: 5000 },
    new SeededRandom(1),
  );
  readonly children: Children;
  #next = 0;

  constructor() {
    const slots = new SlotAllocator(CREATOR);
    const host = {
      place: () => this.#next++ % THREADS,
      newRef: (thread: number) => new ActorRef({} as never, slots.allocate(thread), undefined),
      release: (address: AnyRef) => slots.release(address),
    } as unknown as FamilyHost;
    this.children = new Children(host, this.core, { id: 'parent', path: '/user/p' } as AnyRef);
  }

  add(): FamilyChild {
    const definition = { module: 'file:///x.js', name: 'X' } as never;
    const child = this.children.add({ definition, args: null, options: {} });
    this.core.step({ type: 'add', child }, 0);
    return child;
  }

  end(child: FamilyChild): void {
    this.children.remove(child);
    this.core.step({ type: 'terminated', id: child.id, reason: { type: 'normal' } }, 0);
  }

  addMany(count: number): FamilyChild[] {
    return Array.from({ length: count }, () => this.add());
  }
}

for (const count of [1, 32, 33, 1000]) {
  t.test(`each of ${count} children is found by its address, on whichever thread`, async (t) => {
    const household = new Household();
    const all = household.addMany(count);
    t.ok(all.every((child) => household.children.find(child.ref) === child));
    t.ok(household.addMany(count).every((child) => household.children.find(child.ref) === child));
    t.equal(household.children.size, 2 * count);
  });

  t.test(
    `of ${count} children those that are gone are not found, nor for their successors`,
    async (t) => {
      const household = new Household();
      const all = household.addMany(count);
      household.children.find(all[0]!.ref);
      const gone = all.filter((_, index) => index % 2 === 0);
      for (const child of gone) household.end(child);
      const next = household.addMany(gone.length);
      t.ok(
        next.some(({ ref }) => gone.some((former) => former.ref.slot === ref.slot)),
        'slots are used again',
      );
      for (const { ref } of gone.slice(0, 50)) {
        t.ok(
          hasCode(
            thrown(() => household.children.find(ref)),
            'ERR_CONTEXT',
          ),
        );
      }
      t.ok(next.every((child) => household.children.find(child.ref) === child));
      // Told twice of the end of one, whose slot is another's by now.
      for (const child of gone) household.children.remove(child);
      t.ok(next.every((child) => household.children.find(child.ref) === child));
    },
  );

  t.test(`a stranger is not found among ${count} children`, async (t) => {
    const household = new Household();
    const [first] = household.addMany(count);
    const { thread, slot, generation } = first!.ref;
    for (const other of [{ creator: CREATOR + 1 }, { generation: generation + 5000 }]) {
      const address = { thread, slot, generation, creator: CREATOR, ...other };
      const stranger = new ActorRef({} as never, address, undefined);
      t.ok(
        hasCode(
          thrown(() => household.children.find(stranger)),
          'ERR_CONTEXT',
        ),
      );
    }
  });
}
