import type { Page, Request } from 'playwright-core';
import t from 'tap';
import type { ActorSystem } from '../../../runtime/index.js';
import { launchBrowser, NO_BROWSER } from '../../support/browser.js';
import { type Cleanup, startSystem } from '../../support/system.js';
import { untilAsync } from '../../support/turns.js';
import { Clerk, makeGate, open } from '../fixtures/office.js';
import { brightness, focused, isPlotted, pageWidth, poorContrasts } from './in-page.js';

const CHILDREN = 100_000;
/** How long the page may take to show something on a busy machine. */
const TIMEOUT_MS = 60_000;
/** Rows of the tree that may exist at a time: those in sight and a few more. */
const MAX_ROWS = 60;

/** A page in a real browser, and what went wrong in it. */
interface Visit {
  readonly page: Page;
  readonly errors: string[];
  readonly requests: string[];
  readonly origin: string;
}

/** One for all tests; each has pages of its own. */
const browser = NO_BROWSER === false ? await launchBrowser() : undefined;
t.teardown(() => browser?.close());

async function visit(t: Cleanup, system: ActorSystem): Promise<Visit> {
  const { url } = await system.serveDashboard();
  const page = await browser!.newPage({ colorScheme: 'light' });
  t.teardown(() => page.close());
  page.setDefaultTimeout(TIMEOUT_MS);
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error' || line.type() === 'warning') errors.push(line.text());
  });
  page.on('request', (request: Request) => requests.push(request.url()));
  await page.goto(url);
  return { page, errors, requests, origin: new URL(url).origin };
}

/** Waits until an element shows this text. */
async function shows(page: Page, selector: string, text: string | RegExp): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor();
}

/** Two clerks on two threads, one of which calls the other, fails, and is told what it does not know. */
async function startOffice(t: Cleanup): Promise<ActorSystem> {
  const system = await startSystem(t, { metrics: true, name: 'office' });
  const [a, b] = [1, 2].map((placement) =>
    system.spawn(Clerk, undefined, { name: `clerk-${placement}`, placement }),
  );
  a!.tell({ type: 'hire', count: 5, named: true });
  await a!.ask({ type: 'call', to: b!, timeoutMs: TIMEOUT_MS });
  a!.tell({ type: 'unheard' } as never);
  b!.tell({ type: 'fail' });
  const busy = setInterval(() => {
    a!.ask({ type: 'call', to: b!, timeoutMs: TIMEOUT_MS }).catch(() => {});
  }, 20);
  t.teardown(() => clearInterval(busy));
  return system;
}

t.test('a browser shows what happens in the system', { skip: NO_BROWSER }, async (t) => {
  const system = await startOffice(t);
  const { page, errors, requests, origin } = await visit(t, system);
  await shows(page, '#status', 'live');
  t.equal(await page.title(), 'office - Troupe');
  t.equal(page.url(), `${origin}/`, 'the token is not in the address any more');
  for (const thread of ['0 main', '1', '2']) {
    await page
      .locator('#threads tbody td:first-child')
      .getByText(thread, { exact: true })
      .waitFor();
  }
  await shows(page, '#hot .kinds', 'Clerk');
  await shows(page, '#hot .actors', '/user/clerk-2');
  await shows(page, '#flow table', /\d [kM]?B/);
  await shows(page, '#tree .row', 'clerk-1');
  await shows(page, '#events li.bad', '/user/clerk-2 (Clerk) failed: RangeError: told to fail');
  await shows(page, '#letters .log li', "unhandled: 'unheard' to /user/clerk-1");
  await shows(page, '#latency figcaption', /Ask to answer: p50 \d/);
  t.equal(await page.locator('#latency figure:visible').count(), 3, 'none of a journal');
  await untilAsync('a plot has two lines', () => isPlotted(page, 1));
  await showsWaits(t, system, page);
  const before = await page.locator('#events li').count();
  system.resolve<never>('/user/clerk-2').then((clerk) => clerk!.tell({ type: 'fail' } as never));
  await page.locator('#events li').nth(before).waitFor();
  t.match(
    await page.locator('#events li').first().textContent(),
    /restarted, incarnation 2|failed/,
  );
  t.ok(
    requests.every((url) => url.startsWith(origin) || url.startsWith('data:')),
    `nothing from elsewhere: ${requests.filter((url) => !url.startsWith(origin))}`,
  );
  t.same(errors, []);
});

/** One actor waits for another one that is held up; the page says who for whom. */
async function showsWaits(t: Cleanup, system: ActorSystem, page: Page): Promise<void> {
  const gate = makeGate();
  t.teardown(() => open(gate));
  const held = system.spawn(Clerk, undefined, { name: 'held', placement: 1 });
  const caller = system.spawn(Clerk, undefined, { name: 'caller', placement: 2 });
  const timeoutMs = TIMEOUT_MS;
  const answers = Promise.all([
    held.ask({ type: 'wait', gate }, { timeoutMs }),
    caller.ask({ type: 'call', to: held, timeoutMs }, { timeoutMs }),
  ]);
  await shows(page, '#waits tbody tr', /\/user\/caller.*\/user\/held.*holds its turn/);
  open(gate);
  await answers;
}

t.test('the page is used by keyboard alone', { skip: NO_BROWSER }, async (t) => {
  const system = await startOffice(t);
  const { page, errors } = await visit(t, system);
  await shows(page, '#tree .row', 'clerk-1');
  const { keyboard } = page;
  await keyboard.press('Tab');
  t.match(await focused(page), /skip Skip to the tree/);
  await keyboard.press('Tab');
  t.match(await focused(page), /1 Threads/);
  await keyboard.press('4');
  t.match(await focused(page), /\.tree /, 'a digit leads to a section');
  const selected = page.locator('#tree .row[aria-selected=true]');
  t.match(await selected.textContent(), /user/);
  await keyboard.press('ArrowDown');
  t.match(await selected.textContent(), /clerk-1/);
  await keyboard.press('ArrowRight');
  await shows(page, '#tree .row', 'clerk-4');
  t.equal(await selected.getAttribute('aria-expanded'), 'true');
  await keyboard.press('End');
  await shows(page, '#tree .row[aria-selected=true]', 'clerk-2');
  await keyboard.press('Enter');
  await shows(page, '#tree .row', 'traced');
  await shows(page, '#traced li', /clerk-2 .*count.*\(ask\) done/);
  await keyboard.press('Tab');
  t.notMatch(await focused(page), /\.tree /, 'Tab leads out of the tree');
  await keyboard.press('p');
  t.equal(await page.locator('#pause').getAttribute('aria-pressed'), 'true');
  t.same(errors, []);
});

t.test('it follows light and dark, and what the reader chose', { skip: NO_BROWSER }, async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const { page, errors } = await visit(t, system);
  await shows(page, '#status', 'live');
  t.ok((await brightness(page)) > 200, 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  t.ok((await brightness(page)) < 60, 'dark');
  await page.keyboard.press('d');
  t.ok((await brightness(page)) > 200, 'light by choice');
  t.same(await poorContrasts(page), [], 'all text can be read in light');
  await page.click('#theme');
  t.ok((await brightness(page)) < 60, 'dark again');
  t.same(await poorContrasts(page), [], 'all text can be read in dark');
  await page.setViewportSize({ width: 400, height: 800 });
  const wide = await pageWidth(page);
  t.ok(wide <= 400, `a narrow window is not scrolled sideways: ${wide}`);
  t.same(errors, []);
});

t.test('a tree of 100,000 actors stays usable', { skip: NO_BROWSER }, async (t) => {
  const system = await startSystem(t, { threads: 1, metrics: true });
  const boss = system.spawn(Clerk, undefined, { name: 'boss', placement: 1 });
  boss.tell({ type: 'hire', count: CHILDREN, named: true });
  await boss.ask({ type: 'count' }, { timeoutMs: TIMEOUT_MS });
  const { page, errors } = await visit(t, system);
  await shows(page, '#tree .row', 'boss');
  await page.focus('#tree .tree');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await shows(page, '#tree .row', 'clerk-0');
  await page.keyboard.press('End');
  await shows(page, '#tree .row', `clerk-${CHILDREN - 1}`);
  const middle = `clerk-${CHILDREN / 2}`;
  await page.evaluate(`document.querySelector('#tree .tree').scrollTop = ${(CHILDREN / 2) * 24}`);
  await shows(page, '#tree .row', middle);
  await page.locator('#tree .row', { hasText: middle }).click();
  await shows(page, '#detail', `/user/boss/${middle} `);
  t.ok((await page.locator('#tree .row').count()) < MAX_ROWS, 'only rows in sight exist');
  t.ok((await page.locator('body *').count()) < 1500, 'the page stays small');
  await page.keyboard.press('p');
  t.equal(await page.textContent('#pause'), 'Go on', 'and answers');
  t.same(errors, []);
});

t.test('without the right token a browser sees why', { skip: NO_BROWSER }, async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const { url } = await system.serveDashboard();
  const page = await browser!.newPage();
  const response = await page.goto(url.replace(/token=.*/, 'token=wrong'));
  t.equal(response!.status(), 403);
  t.match(await page.textContent('body'), /the token is wrong/);
});
