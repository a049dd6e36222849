import { SCRIPT_BASICS } from './script-basics.js';
import { SCRIPT_PANELS } from './script-panels.js';
import { SCRIPT_TREE } from './script-tree.js';

const SCRIPT_START = `
let isPaused = false;
const unlessPaused = (show) => (event) => { if (!isPaused) show(JSON.parse(event.data)); };

function showOverview(overview) {
  showTotals(overview);
  showThreads(overview);
  showFlow(overview);
  showHot(overview);
  showLatency(overview);
}

function showHistory({ events, deadLetters }) {
  $('#events .log').replaceChildren();
  $('#letters .log').replaceChildren();
  for (const event of events) showEvent(event, 'earlier');
  for (const letter of deadLetters) showLetter(letter, 'earlier');
}

function connect() {
  const status = $('#status');
  const stream = new EventSource('api/stream');
  stream.addEventListener('open', () => {
    status.textContent = 'live';
    status.className = '';
  });
  stream.addEventListener('error', () => {
    status.textContent = 'connection lost, trying again';
    status.className = 'lost';
  });
  stream.addEventListener('overview', unlessPaused(showOverview));
  stream.addEventListener('history', unlessPaused(showHistory));
  stream.addEventListener('event', unlessPaused((event) => showEvent(event)));
  stream.addEventListener('letter', unlessPaused((letter) => showLetter(letter)));
  stream.addEventListener('traced', unlessPaused(showTraced));
}

/** Questions to the threads, one round at a time. */
async function ask() {
  try {
    if (!isPaused && !document.hidden) {
      await refreshTree();
      showSurvey(await get('api/survey'));
    }
  } catch (error) {
    $('#detail').textContent = error.message;
  }
  setTimeout(ask, 2000);
}

function theme() {
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
  const root = document.documentElement;
  const now = root.dataset.theme ?? (isDark ? 'dark' : 'light');
  root.dataset.theme = now === 'dark' ? 'light' : 'dark';
}

function pause() {
  isPaused = !isPaused;
  $('#pause').setAttribute('aria-pressed', String(isPaused));
  $('#pause').textContent = isPaused ? 'Go on' : 'Pause';
}

$('#theme').addEventListener('click', theme);
$('#pause').addEventListener('click', pause);
tree.element.addEventListener('keydown', treeKey);
tree.element.addEventListener('scroll', () => requestAnimationFrame(drawTree), { passive: true });
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const link = $('nav a[accesskey="' + CSS.escape(event.key) + '"]');
  if (link !== null) {
    const section = $(link.getAttribute('href'));
    section.scrollIntoView();
    ($('.tree', section) ?? section).focus({ preventScroll: true });
  } else if (event.key === 'd') theme();
  else if (event.key === 'p') pause();
});

// The token is a cookie by now, and need not stand in the address.
if (location.search !== '') history.replaceState(null, '', location.pathname + location.hash);
connect();
ask();
`;

/** The script of the page: one module, without any other. */
export const PAGE_SCRIPT = [SCRIPT_BASICS, SCRIPT_PANELS, SCRIPT_TREE, SCRIPT_START].join('\n');
