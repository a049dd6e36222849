import t from 'tap';
import type { Query } from '#actors/registry/index.js';
import type { WatchEvent } from '#actors/registry/watch-table.js';
import { Rig, refOf } from './fixtures/rig.js';

const subscriber = refOf(9);

function watch(rig: Rig, query?: Query, from?: number): boolean {
  return rig.core.watches.add({ name: 'w', subscriber, service: 's', query, from }, rig.nowMs);
}

function acknowledge(rig: Rig, event: WatchEvent | undefined): void {
  rig.core.watches.acknowledge(subscriber, 'w', event!.index);
}

const add = (rig: Rig, instance: string, tags: readonly string[] = []) =>
  rig.register({ service: 's', instance, tags });

const remove = (rig: Rig, instance: string) =>
  rig.core.deregister({ service: 's', instance, incarnation: 0 }, rig.nowMs);

const changes = (event: WatchEvent | undefined): string[] =>
  event?.kind === 'changes'
    ? event.changes.map(({ kind, instance }) => `${kind} ${instance.instance}`)
    : [`${event?.kind}`];

t.test('a watch begins with a snapshot and goes on with ordered changes', async (t) => {
  const rig = new Rig();
  add(rig, 'a');
  watch(rig);
  const [snapshot] = rig.told('w');
  t.match(snapshot, { kind: 'snapshot', instances: [{ instance: 'a' }] });
  acknowledge(rig, snapshot);
  add(rig, 'b');
  add(rig, 'a', ['x']);
  remove(rig, 'b');
  t.same(changes(rig.told('w')[0]), ['entered b', 'updated a', 'left b']);
});

t.test(
  'nothing more is told before the last event is acknowledged; then all of it, at once',
  async (t) => {
    const rig = new Rig();
    watch(rig);
    const [snapshot] = rig.told('w');
    for (const name of ['a', 'b', 'c']) {
      add(rig, name);
      t.same(rig.told('w'), []);
    }
    rig.core.watches.acknowledge(subscriber, 'w', snapshot!.index + 1);
    t.same(rig.told('w'), [], 'an acknowledgement of something else means nothing');
    acknowledge(rig, snapshot);
    t.same(changes(rig.told('w')[0]), ['entered a', 'entered b', 'entered c']);
  },
);

t.test('a watcher is woken only when what it looks for has changed', async (t) => {
  const rig = new Rig();
  add(rig, 'red', ['red']);
  watch(rig, { tags: ['red'] });
  acknowledge(rig, rig.told('w')[0]);
  add(rig, 'blue', ['blue']);
  add(rig, 'blue', ['blue', 'light']);
  rig.register({ service: 'other', instance: 'red', tags: ['red'] });
  remove(rig, 'blue');
  t.same(rig.told('w'), []);
  add(rig, 'red', ['blue']);
  t.same(changes(rig.told('w')[0]), ['left red'], 'what it sees has changed though it is there');
});

t.test('draining leaves the view at once, and returning enters it', async (t) => {
  const rig = new Rig();
  add(rig, 'a');
  watch(rig);
  acknowledge(rig, rig.told('w')[0]);
  const name = { service: 's', instance: 'a', incarnation: 0 };
  rig.core.wish(name, 'drain', rig.nowMs);
  const [left] = rig.told('w');
  t.same(changes(left), ['left a']);
  acknowledge(rig, left);
  rig.core.wish(name, 'resume', rig.nowMs);
  t.same(changes(rig.told('w')[0]), ['entered a']);
});

t.test(
  'a watcher paused for 10,000 changes goes on with one snapshot, in bounded memory',
  async (t) => {
    const rig = new Rig({ historyCount: 100 });
    add(rig, 'a');
    watch(rig);
    const [snapshot] = rig.told('w');
    for (let change = 0; change < 10_000; change++) add(rig, 'a', [`${change}`]);
    t.same(rig.told('w'), [], 'nothing is queued for it');
    acknowledge(rig, snapshot);
    const told = rig.told('w');
    t.equal(told.length, 1);
    t.match(told[0], { kind: 'snapshot', instances: [{ instance: 'a', tags: ['9999'] }] });
    acknowledge(rig, told[0]);
    t.same(rig.told('w'), []);
    add(rig, 'b');
    t.same(changes(rig.told('w')[0]), ['entered b']);
  },
);

t.test(
  'a watch from an index goes on without a gap where the history reaches, and never with one',
  async (t) => {
    const rig = new Rig({ historyCount: 5 });
    const indices: number[] = [];
    for (let i = 0; i < 10; i++) {
      const result = add(rig, `i${i}`);
      if (result.outcome !== 'refused') indices.push(result.index);
    }
    for (const [i, from] of indices.entries()) {
      watch(rig, undefined, from);
      const [event] = rig.told('w');
      if (i >= 9) t.equal(event, undefined, 'nothing has changed since');
      else if (i >= 4)
        t.same(
          changes(event),
          indices.slice(i + 1).map((_, n) => `entered i${i + 1 + n}`),
        );
      else t.equal(event?.kind, 'snapshot', `from ${i}: too old`);
    }
    watch(rig, undefined, 1e15);
    t.equal(rig.told('w')[0]?.kind, 'snapshot', 'from the future, so from another registry');
  },
);

t.test(
  'after a restart every index is greater than all before, so old places get snapshots',
  async (t) => {
    const old = new Rig();
    const before = add(old, 'a');
    const rig = new Rig({}, 1, 1);
    const after = add(rig, 'a');
    t.ok((after as { index: number }).index > (before as { index: number }).index);
    watch(rig, undefined, (before as { index: number }).index);
    t.equal(rig.told('w')[0]?.kind, 'snapshot');
  },
);

t.test('a watch of a service that nobody has registered yet sees the first one come', async (t) => {
  const rig = new Rig();
  watch(rig);
  const [snapshot] = rig.told('w');
  t.match(snapshot, { kind: 'snapshot', instances: [] });
  acknowledge(rig, snapshot);
  rig.register({ service: 'other', instance: 'x' });
  t.same(rig.told('w'), []);
  add(rig, 'a');
  t.match(rig.told('w')[0], { kind: 'snapshot', instances: [{ instance: 'a' }] });
});

t.test('a watch begun again replaces the one before, and ends with its actor', async (t) => {
  const rig = new Rig({ watchCount: 1 });
  t.ok(watch(rig));
  t.ok(watch(rig), 'the same one');
  t.equal(rig.told('w').length, 1);
  const another = { name: 'v', subscriber, service: 's', query: undefined, from: undefined };
  t.notOk(rig.core.watches.add(another, rig.nowMs), 'one too many');
  rig.core.actorGone(subscriber.id, rig.nowMs);
  t.equal(rig.core.status().watches, 0);
  add(rig, 'a');
  t.same(rig.told('w'), []);
});
