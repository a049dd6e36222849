import type { Overview, Quantiles, ThreadOverview } from '../overview.js';
import { columns, printable, short, time } from './text.js';

/** An overview as lines of a terminal, as `top` shows processes: totals, threads, kinds by their rate. */
export function topScreen(overview: Overview, width: number, height: number): string[] {
  const { totals, latency } = overview;
  const dead = overview.deadLetters.reduce((sum, { total }) => sum + total, 0);
  const lines = [
    `troupe top - ${overview.system}: ${short(totals.actors)} actors, ${short(totals.handledPerSecond)} messages/s, ${short(totals.asksPerSecond)} asks/s`,
    `failures ${totals.failures}, restarts ${totals.restarts}, ask timeouts ${totals.askTimeouts}, dead letters ${short(dead)}`,
    overview.isMeasured
      ? `p50/p99: mailbox ${pair(latency.mailboxWait)}, ask ${pair(latency.ask)}, event loop ${pair(latency.lag)}`
      : 'started without metrics: true, so much is not measured',
    ...(latency.journalCommit.count === 0
      ? []
      : [
          `p50/p99: journal answer ${pair(latency.journalTransact)}, commit ${pair(latency.journalCommit)}, flush ${pair(latency.journalFlush)}`,
        ]),
    '',
    ...columns([THREAD_HEAD, ...overview.threads.map(threadRow)], width),
  ];
  if (overview.kinds.length > 0) {
    lines.push('', ...columns([KIND_HEAD, ...overview.kinds.map(kindRow)], width));
  }
  return lines.map((line) => printable(line).slice(0, width)).slice(0, height);
}

function pair({ p50Ms, p99Ms }: Quantiles): string {
  return `${time(p50Ms)}/${time(p99Ms)}`;
}

const THREAD_HEAD = [
  'THREAD',
  'STATE',
  'MSG/S',
  'BUSY',
  'WAITING',
  'READY',
  'LAG',
  'HEAP',
  'ASKS',
  'ACTORS',
  'RUNS',
];

function threadRow(row: ThreadOverview): string[] {
  return [
    row.thread === 0 ? '0 main' : String(row.thread),
    row.state,
    short(row.handledPerSecond),
    row.busy === null ? '-' : `${Math.round(row.busy * 100)}%`,
    short(row.load),
    short(row.runQueue),
    time(row.lagMs),
    short(row.heapUsedBytes),
    short(row.openAsks),
    short(row.actors),
    row.running ?? '',
  ];
}

const KIND_HEAD = ['KIND', 'ACTORS', 'MSG/S', 'QUEUED', 'P50', 'P99', 'FAILED', 'RESTARTED'];

function kindRow(row: Overview['kinds'][number]): string[] {
  return [
    row.kind,
    short(row.actors),
    short(row.perSecond),
    short(row.queued),
    time(row.p50Ms),
    time(row.p99Ms),
    String(row.failures),
    String(row.restarts),
  ];
}
