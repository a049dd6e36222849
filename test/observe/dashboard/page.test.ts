import { createContext, runInContext } from 'node:vm';
import t from 'tap';
import type { ActorNode, ActorSystem, Dashboard } from '../../../runtime/index.js';
import { PAGE_HTML } from '../../../runtime/observe/dashboard/page/html.js';
import { PAGE_SCRIPT } from '../../../runtime/observe/dashboard/page/script.js';
import { type Cleanup, startSystem } from '../../support/system.js';
import { until } from '../../support/turns.js';
import { Clerk } from '../fixtures/office.js';
import { FakeElement, parsePage } from './fake-element.js';
import { listen, visit } from './http.js';

const CHILDREN = 100_000;

/** The page as a browser without a screen would run it, joined to a real dashboard. */
class Page {
  readonly document: FakeElement;
  readonly errors: unknown[] = [];
  readonly #dashboard: Dashboard;
  readonly #documentListeners = new Map<string, (event: object) => void>();
  readonly #source = new Map<string, (event: { data: string }) => void>();
  readonly #ends: (() => void)[] = [];
  #shown = 0;
  #isClosed = false;

  constructor(dashboard: Dashboard) {
    this.#dashboard = dashboard;
    this.document = parsePage(PAGE_HTML);
    const listening = listen(dashboard);
    this.#ends.push(() => listening.close());
    const pump = setInterval(() => {
      for (; this.#shown < listening.events.length; this.#shown++) {
        const { name, data } = listening.events[this.#shown]!;
        this.#source.get(name)?.({ data: JSON.stringify(data) });
      }
    }, 1);
    this.#ends.push(() => clearInterval(pump));
    runInContext(`(async () => {${PAGE_SCRIPT}})()`, createContext(this.#browser())).catch(
      (error: unknown) => this.errors.push(error),
    );
  }

  #browser(): object {
    const { document } = this;
    const source = this.#source;
    const timers = this.#ends;
    return {
      window: { devicePixelRatio: 1 },
      document: Object.assign(document, {
        createElement: (tag: string) => new FakeElement(tag),
        documentElement: document.querySelector('html')!,
        addEventListener: (name: string, call: (event: object) => void) =>
          this.#documentListeners.set(name, call),
      }),
      EventSource: class {
        addEventListener(name: string, call: (event: { data: string }) => void): void {
          source.set(name, call);
        }
      },
      fetch: async (path: string, { method = 'GET' } = {}) => {
        const { status, body } = await visit(this.#dashboard, `/${path}`, { method });
        return { ok: status === 200, text: async () => body, json: async () => JSON.parse(body) };
      },
      setTimeout: (call: () => void) => {
        if (this.#isClosed) return;
        const timer = setTimeout(call, 10);
        timers.push(() => clearTimeout(timer));
      },
      requestAnimationFrame: (call: () => void) => call(),
      matchMedia: () => ({ matches: false }),
      location: { search: '?token=x', pathname: '/', hash: '' },
      history: { replaceState: () => {} },
      CSS: { escape: (text: string) => text },
      encodeURIComponent,
    };
  }

  text(selector: string): string {
    return this.document.querySelector(selector)!.textContent;
  }

  get tree(): FakeElement {
    return this.document.querySelector('#tree .tree')!;
  }

  /** Names in the tree that are in sight. */
  get names(): string[] {
    return this.tree.querySelectorAll('.name').map(({ textContent }) => textContent.slice(2));
  }

  key(key: string, target: FakeElement = this.tree): void {
    target.fire('keydown', { key });
  }

  pageKey(key: string): void {
    this.#documentListeners.get('keydown')!({ key });
  }

  close(): void {
    this.#isClosed = true;
    for (const end of this.#ends) end();
  }
}

async function openPage(t: Cleanup, system: ActorSystem): Promise<Page> {
  const page = new Page(await system.serveDashboard());
  t.teardown(() => page.close());
  return page;
}

t.test('threads, kinds, flow, totals and events are filled in', async (t) => {
  const system = await startSystem(t, { metrics: true, name: 'shop' });
  const clerk = system.spawn(Clerk, undefined, { name: 'clerk', placement: 1 });
  clerk.tell({ type: 'fail' });
  await clerk.ask({ type: 'count' });
  const page = await openPage(t, system);
  await until('threads are shown', () => page.text('#threads table').includes('0 main'));
  t.equal(page.document.querySelector('#threads tbody')!.rows.length, 3);
  t.equal(page.text('#system'), 'shop');
  await until('kinds are shown', () => page.text('#hot .kinds').includes('Clerk'));
  t.match(page.text('#events .log'), /earlier .*Clerk\) failed: RangeError: told to fail/);
  t.equal(page.document.querySelector('#unmeasured')!.hidden, true);
  clerk.tell({ type: 'unheard' } as never);
  await until('it is told', () => page.text('#letters .log').includes("unhandled: 'unheard'"));
  t.match(page.text('#totals'), /failures1restarts1/);
  t.match(page.text('#latency .plots'), /Wait in mailboxes: p50/);
  t.match(page.text('#flow table'), /from \/ to012/);
  t.same(page.errors, []);
});

t.test('names of actors and messages are text and never markup', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  const page = await openPage(t, system);
  await until('it listens', () => page.text('#threads table').includes('0 main'));
  clerk.tell({ type: '<img src=x onerror=alert(1)>' } as never);
  await until('it is told', () => page.text('#letters .log').includes('<img src=x'));
  t.equal(page.document.querySelectorAll('img').length, 0);
  t.same(page.errors, []);
});

t.test(
  'the tree of 100,000 actors is walked by keyboard, and only rows in sight exist',
  async (t) => {
    const system = await startSystem(t, { threads: 1 });
    const boss = system.spawn(Clerk, undefined, { name: 'boss', placement: 1 });
    boss.tell({ type: 'hire', count: CHILDREN, named: true });
    await boss.ask({ type: 'count' }, { timeoutMs: 60_000 });
    const page = await openPage(t, system);
    await until('the root is open', () => page.names.includes('boss'));
    t.same(page.names, ['user', 'boss']);
    page.key('ArrowDown');
    t.match(page.text('#detail'), /\/user\/boss/);
    page.key('ArrowRight');
    await until('children are there', () => page.names.includes('clerk-0'));
    t.ok(page.tree.querySelectorAll('.row').length < 30, 'few rows');
    t.equal(page.tree.querySelector('.space')!.style['height'], `${(CHILDREN + 2) * 24}px`);
    page.key('End');
    await until('the last one is there', () => page.names.includes(`clerk-${CHILDREN - 1}`));
    t.ok(page.tree.querySelectorAll('.row').length < 30, 'still few rows');
    page.key('ArrowLeft');
    t.match(page.text('#detail'), /\/user\/boss/, 'back to the parent');
    page.key('ArrowLeft');
    t.same(page.names, ['user', 'boss'], 'and it is closed');
    t.same(page.errors, []);
  },
);

t.test('a key traces the selected actor, another pauses the page', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { name: 'clerk', placement: 1 });
  await system.started(clerk);
  const page = await openPage(t, system);
  await until('it is in sight', () => page.names.includes('clerk'));
  page.key('ArrowDown');
  page.key('Enter');
  await until('it is traced', () => page.text('#tree .tree').includes('traced'));
  clerk.tell({ type: 'note', text: 'seen' });
  await until('it is shown', () => page.text('#traced').includes("text: 'seen'"));
  page.pageKey('p');
  t.equal(page.text('#pause'), 'Go on');
  page.pageKey('d');
  t.equal(page.document.querySelector('html')!.dataset['theme'], 'dark');
  page.pageKey('3');
  const tree = (await system.inspect()).tree as ActorNode;
  t.equal(tree.children.length, 1);
  t.same(page.errors, []);
});
