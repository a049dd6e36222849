/** Second part of the page's script: everything but the tree, drawn from the stream. */
export const SCRIPT_PANELS = `
const STATE_CLASS = { running: 'good', idle: 'dim', stuck: 'bad', dead: 'bad', absent: 'dim' };

function showThreads({ threads }) {
  const heads = [['Thread', 1], ['State', 1], ['Messages/s'], ['Busy'], ['Waiting'], ['Run queue'], ['Loop lag'],
    ['Heap'], ['Open asks'], ['Actors'], ['Failures'], ['Restarts'], ['Runs', 1], ['For']];
  table($('#threads table'), heads, threads.map((row) => [
    row.thread === 0 ? '0 main' : row.thread,
    { text: row.state, class: STATE_CLASS[row.state] },
    short(row.handledPerSecond), { text: percent(row.busy), share: row.busy }, short(row.load), short(row.runQueue),
    { text: time(row.lagMs), class: row.lagMs > 500 ? 'bad' : row.lagMs > 50 ? 'warn' : '' },
    { text: bytes(row.heapUsedBytes), share: row.heapLimitBytes ? row.heapUsedBytes / row.heapLimitBytes : undefined },
    short(row.openAsks), short(row.actors), row.failures, row.restarts, row.running ?? '', time(row.turnMs || null),
  ]));
}

function showFlow({ threads, flow }) {
  const names = threads.filter((row) => row.state !== 'absent').map((row) => row.thread);
  const rings = new Map(flow.map((ring) => [ring.from + ' ' + ring.to, ring]));
  const most = flow.reduce((sofar, ring) => Math.max(sofar, ring.bytesPerSecond), 1);
  const element = $('#flow table');
  const key = names.join();
  if (element.dataset.names !== key) {
    element.replaceChildren();
    element.dataset.names = key;
  }
  table(element, [['from / to', 1], ...names.map((name) => [String(name)])], names.map((from) => [
    from,
    ...names.map((to) => {
      const ring = rings.get(from + ' ' + to);
      if (ring === undefined) return { text: from === to ? '' : '-', class: 'dim' };
      const depth = ring.depthBytes > 0 ? ' (' + bytes(ring.depthBytes) + ' unread)' : '';
      return { text: bytes(ring.bytesPerSecond) + depth, share: ring.bytesPerSecond / most, class: 'heat' };
    }),
  ]));
}

function showHot({ kinds }) {
  const heads = [['Kind', 1], ['Actors'], ['Messages/s'], ['Queued'], ['p50'], ['p99'], ['Failed'], ['Restarts']];
  table($('#hot .kinds'), heads, kinds.slice(0, 50).map((row) => [
    row.kind, short(row.actors), short(row.perSecond), short(row.queued),
    time(row.p50Ms), time(row.p99Ms), { text: row.failures, class: row.failures > 0 ? 'warn' : '' }, row.restarts,
  ]));
}

function showTotals({ system, isMeasured, totals, deadLetters }) {
  $('#system').textContent = system;
  document.title = system + ' - Troupe';
  $('#unmeasured').hidden = isMeasured;
  const dead = deadLetters.reduce((sum, row) => sum + row.total, 0);
  const rows = [['actors', short(totals.actors)], ['messages/s', short(totals.handledPerSecond)], ['asks/s', short(totals.asksPerSecond)],
    ['ask timeouts', totals.askTimeouts], ['failures', totals.failures], ['restarts', totals.restarts], ['dead letters', short(dead)]];
  $('#totals').replaceChildren(...rows.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, String(value)))));
  table($('#letters table'), [['Reason', 1], ['All'], ['Per second']], deadLetters.map((row) => [row.reason, row.total, short(row.perSecond)]));
}

const HISTORY = 120;
const PLOTS = [['mailboxWait', 'Wait in mailboxes'], ['ask', 'Ask to answer'], ['lag', 'Event-loop lag'],
  ['journalTransact', 'Journal, answer'], ['journalCommit', 'Journal, commit'], ['journalFlush', 'Journal, flush']].map(([key, title]) => {
  const caption = make('figcaption');
  const canvas = make('canvas', { role: 'img' });
  const figure = make('figure', {}, caption, canvas);
  // A system without a journal has no plots of one.
  figure.hidden = key.startsWith('journal');
  $('#latency .plots').append(figure);
  return { key, title, figure, caption, canvas, points: [] };
});

function showLatency({ latency }) {
  for (const plot of PLOTS) {
    const { p50Ms, p99Ms, count } = latency[plot.key];
    if (count > 0) plot.figure.hidden = false;
    plot.points.push([p50Ms, p99Ms]);
    if (plot.points.length > HISTORY) plot.points.shift();
    const text = plot.title + ': p50 ' + time(p50Ms) + ', p99 ' + time(p99Ms);
    plot.caption.textContent = text;
    plot.canvas.setAttribute('aria-label', text + ', ' + short(count) + ' measured');
    draw(plot);
  }
}

/** Two lines on a logarithmic scale from 1 us to 10 s. */
function draw({ canvas, points }) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (width === 0) return;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const pen = canvas.getContext('2d');
  pen.scale(ratio, ratio);
  const style = getComputedStyle(document.documentElement);
  const y = (ms) => height - ((Math.log10(Math.max(ms, 0.001)) + 3) / 7) * (height - 4) - 2;
  pen.font = '10px system-ui';
  for (const [ms, label] of [[0.01, '10 us'], [1, '1 ms'], [100, '100 ms']]) {
    pen.strokeStyle = style.getPropertyValue('--line');
    pen.fillStyle = style.getPropertyValue('--dim');
    pen.beginPath();
    pen.moveTo(0, y(ms));
    pen.lineTo(width, y(ms));
    pen.stroke();
    pen.fillText(label, 2, y(ms) - 2);
  }
  for (const [index, color] of [[1, '--warn'], [0, '--accent']]) {
    pen.strokeStyle = style.getPropertyValue(color);
    pen.lineWidth = 1.5;
    pen.beginPath();
    let isDown = false;
    points.forEach((point, at) => {
      const ms = point[index];
      if (ms === null) { isDown = false; return; }
      const x = width - (points.length - 1 - at) * (width / (HISTORY - 1));
      if (isDown) pen.lineTo(x, y(ms));
      else pen.moveTo(x - 1, y(ms)), pen.lineTo(x, y(ms));
      isDown = true;
    });
    pen.stroke();
  }
}

const clockTime = () => new Date().toLocaleTimeString([], { hour12: false });
/** The path of an actor, or its id: what tells it from others of the system. */
const nameOf = (text) => { const [, path, id] = /^troupe:\\/\\/[^/]*(\\/[^#]*)?#(.*)$/.exec(text) ?? [null, text]; return path?.length > 1 ? path : '#' + id; };
const EVENT_TEXT = {
  'actor-failed': (e) => ['bad', nameOf(e.actor) + ' (' + e.kind + ') failed: ' + e.error.name + ': ' + e.error.message],
  'actor-restarted': (e) => ['good', nameOf(e.actor) + ' (' + e.kind + ') restarted, incarnation ' + e.incarnation],
  'thread-died': (e) => ['bad', 'thread ' + e.thread + ' died: ' + e.error.message + '; at most ' + e.lostAtMost + ' messages lost'],
  'thread-replaced': (e) => ['good', 'thread ' + e.thread + ' replaced after ' + time(e.afterMs)],
  'thread-blocked': (e) => ['warn', 'thread ' + e.thread + ' blocked for ' + time(e.blockedMs) + ' by ' + e.kind + ' ' + (e.message ?? '')],
  'damaged-record': (e) => ['bad', 'damaged record from thread ' + e.from + ' to ' + e.thread + ': ' + e.reason],
};

function showEvent({ name, payload }, when = clockTime()) {
  const [style, text] = EVENT_TEXT[name]?.(payload) ?? ['', name];
  log($('#events .log'), 256, style, make('time', {}, when + ' '), make('span', { title: payload.actor ?? '' }, text));
}

function showLetter({ payload }, when = clockTime()) {
  const more = payload.suppressed > 0 ? ' (and ' + payload.suppressed + ' more)' : '';
  log($('#letters .log'), 128, '', make('time', {}, when + ' '), make('span', { title: payload.to }, payload.reason + ": '" + payload.type + "' to " + nameOf(payload.to) + more));
}

function showSurvey({ hot, waits, cycles, moreWaits, unreachable }) {
  const heads = [['Actor', 1], ['Kind', 1], ['Thread'], ['Messages/s'], ['Queued']];
  table($('#hot .actors'), heads, hot.slice(0, 8).map((row) => [row.path ?? row.id, row.kind, row.thread, short(row.perSecond), short(row.queued)]));
  const inCycle = new Set(cycles.flat());
  const lines = waits.slice(0, 100).map((wait) => [
    { text: wait.fromPath ?? wait.from, class: inCycle.has(wait.from) ? 'bad' : '' }, wait.toPath ?? wait.to, time(wait.forMs), time(wait.timeoutMs),
    inCycle.has(wait.from) && inCycle.has(wait.to) ? { text: 'in a circle', class: 'bad' } : wait.holds ? 'holds its turn' : 'goes on meanwhile',
  ]);
  if (waits.length + moreWaits > lines.length) lines.push(['and ' + (waits.length + moreWaits - lines.length) + ' more', '', '', '', '']);
  for (const thread of unreachable) lines.push([{ text: 'thread ' + thread + ' does not answer', class: 'bad' }, '', '', '', '']);
  table($('#waits table'), [['Who', 1], ['For whom', 1], ['Since'], ['Deadline'], ['', 1]], lines);
}
`;
