import type { ActorNode, Inspection } from '../inspection.js';
import { printable, time } from './text.js';

/** What `troupe inspect` is answered. */
export type InspectAnswer = Omit<Inspection, 'figures'> & { readonly system: string };

/** An inspection as lines: the tree, waits, circles, busy actors, threads that do not answer. */
export function inspectionText(answer: InspectAnswer): string[] {
  const lines = [`${answer.system}`];
  if (answer.tree === undefined) lines.push('no actor is there');
  else lines.push(...treeLines(answer.tree));
  for (const thread of answer.unreachable) lines.push(`thread ${thread} does not answer`);
  if (answer.waits.length > 0) lines.push('', 'waits:');
  for (const { from, fromPath, to, toPath, forMs, holds } of answer.waits) {
    const how = holds ? 'holding its turn' : 'going on meanwhile';
    lines.push(`  ${fromPath ?? from} for ${toPath ?? to} since ${time(forMs)}, ${how}`);
  }
  for (const cycle of answer.cycles) lines.push(`  circle: ${[...cycle, cycle[0]].join(' -> ')}`);
  if (answer.hot.length > 0) lines.push('', 'busiest:');
  for (const { path, id, kind, perSecond } of answer.hot) {
    lines.push(`  ${path ?? id} (${kind}): ${perSecond.toFixed(0)} messages/s`);
  }
  if (answer.edges.length > 0) lines.push('', 'busiest between threads:');
  for (const { from, fromPath, fromThread, to, toPath, toThread, perSecond } of answer.edges) {
    const way = `${fromPath ?? from} (${fromThread}) -> ${toPath ?? to} (${toThread})`;
    lines.push(`  ${way}: ${perSecond.toFixed(0)} messages/s`);
  }
  return lines.map(printable);
}

/** The tree, one actor a line; what was not asked for is counted. */
export function treeLines(root: ActorNode): string[] {
  const lines: string[] = [];
  const open: { node: ActorNode; depth: number }[] = [{ node: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    lines.push(`${'  '.repeat(depth)}${actorText(node)}`);
    for (const child of node.children.toReversed()) open.push({ node: child, depth: depth + 1 });
    const more = node.childCount - node.children.length;
    if (more > 0 && node.children.length > 0) lines[lines.length - 1] += `, ${more} not shown`;
  }
  return lines;
}

function actorText(node: ActorNode): string {
  const name = node.path?.split('/').at(-1) ?? `#${node.id}`;
  const parts = [`${name} ${node.kind ?? ''} ${node.status} on thread ${node.thread}`];
  if (node.queued > 0) parts.push(`${node.queued} queued`);
  if (node.stashed > 0) parts.push(`${node.stashed} stashed`);
  if (node.handling !== undefined) {
    const since = node.heldForMs === undefined ? '' : ` for ${time(node.heldForMs)}`;
    parts.push(`in '${node.handling}'${since}`);
  }
  for (const { to, toPath } of node.waits) parts.push(`waits for ${toPath ?? to}`);
  if (node.incarnation > 0) parts.push(`incarnation ${node.incarnation}`);
  if (node.childCount > 0)
    parts.push(node.childCount === 1 ? '1 child' : `${node.childCount} children`);
  return parts.join(', ');
}
