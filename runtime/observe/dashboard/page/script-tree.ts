/** Third part of the page's script: the tree, of which only the rows in sight exist. */
export const SCRIPT_TREE = `
const ROW = 24;
const PAGE = 100;
const tree = { element: $('#tree .tree'), root: null, flat: [], selected: 0, traced: new Map() };

/** A node: what was answered, whether it is open, and pages of children as far as they were fetched. */
const nodeOf = (answer, depth, parent) => ({ answer, depth, parent, isOpen: false, pages: new Map(), fetching: new Set() });

/** Rows in sight order: [node] or [parent, index] for a child that was not fetched yet. Open nodes only. */
function rowCount(node) {
  if (!node.isOpen) return 1;
  let count = 1 + node.answer.childCount;
  for (const page of node.pages.values()) for (const child of page) count += rowCount(child) - 1;
  return count;
}

/** The row at a place below a node; walks open nodes and pages, not all actors. */
function rowAt(node, place) {
  if (place === 0) return { node };
  let left = place - 1;
  const size = node.answer.childCount;
  let index = 0;
  for (const number of [...node.pages.keys()].sort((a, b) => a - b)) {
    const start = number * PAGE;
    if (start > index) {
      if (left < start - index) return { parent: node, index: index + left };
      left -= start - index;
      index = start;
    }
    for (const child of node.pages.get(number)) {
      if (index >= size) break;
      const count = rowCount(child);
      if (left < count) return rowAt(child, left);
      left -= count;
      index++;
    }
  }
  return { parent: node, index: index + left };
}

async function fetchPage(node, number) {
  if (node.fetching.has(number)) return;
  node.fetching.add(number);
  try {
    const { id } = node.answer;
    const found = await get('api/tree?under=' + encodeURIComponent(id) + '&offset=' + number * PAGE + '&limit=' + PAGE);
    const former = new Map((node.pages.get(number) ?? []).map((child) => [child.answer.id, child]));
    node.answer = { ...found, children: [] };
    node.pages.set(number, found.children.map((answer) => {
      const child = former.get(answer.id) ?? nodeOf(answer, node.depth + 1, node);
      child.answer = answer;
      return child;
    }));
  } catch (error) {
    node.isOpen = false;
  } finally {
    node.fetching.delete(number);
  }
  drawTree();
}

const STATUS_CLASS = { suspended: 'bad', starting: 'warn', ending: 'warn', unreachable: 'bad', gone: 'dim', terminated: 'dim' };

function drawTree() {
  const { element, root } = tree;
  if (root === null) return;
  const total = rowCount(root);
  tree.selected = Math.max(0, Math.min(tree.selected, total - 1));
  $('.space', element).style.height = total * ROW + 'px';
  const first = Math.max(0, Math.floor(element.scrollTop / ROW) - 2);
  const last = Math.min(total, first + Math.ceil(element.clientHeight / ROW) + 4);
  for (const old of element.querySelectorAll('.row')) old.remove();
  for (let place = first; place < last; place++) {
    const { node, parent, index } = rowAt(root, place);
    if (node === undefined) fetchPage(parent, Math.floor(index / PAGE));
    element.append(node === undefined ? emptyRow(place, parent) : actorRow(place, node));
  }
  element.setAttribute('aria-activedescendant', 'row' + tree.selected);
}

function emptyRow(place, parent) {
  const row = make('div', { class: 'row dim', role: 'treeitem', id: 'row' + place }, '…');
  place === tree.selected && row.setAttribute('aria-selected', 'true');
  row.style.top = place * ROW + 'px';
  row.style.paddingLeft = (parent.depth + 1) * 1.25 + 0.5 + 'rem';
  return row;
}

function actorRow(place, node) {
  const { answer: a } = node;
  const mark = a.childCount === 0 ? '·' : node.isOpen ? '▾' : '▸';
  const name = (a.path ?? '#' + a.id).split('/').at(-1);
  const parts = [make('span', { class: 'name' }, mark + ' ' + name), make('span', { class: 'dim' }, a.kind ?? ''),
    make('span', { class: STATUS_CLASS[a.status] ?? '' }, a.status), make('span', { class: 'dim' }, 'thread ' + a.thread)];
  if (a.childCount > 0) parts.push(make('span', { class: 'dim' }, short(a.childCount) + ' children'));
  if (a.queued > 0) parts.push(make('span', { class: a.queued > 1000 ? 'bad' : 'warn' }, short(a.queued) + ' queued'));
  if (a.stashed > 0) parts.push(make('span', { class: 'warn' }, short(a.stashed) + ' stashed'));
  if (a.handling !== undefined) parts.push(make('span', {}, "in '" + a.handling + "'" + (a.heldForMs === undefined ? '' : ' for ' + time(a.heldForMs))));
  if (a.waits.length > 0) parts.push(make('span', { class: 'warn' }, 'waits for ' + (a.waits[0].toPath ?? a.waits[0].to)));
  if (a.incarnation > 0) parts.push(make('span', { class: 'dim' }, a.incarnation + (a.incarnation === 1 ? ' restart' : ' restarts')));
  if (tree.traced.has(a.id)) parts.push(make('span', { class: 'good' }, 'traced'));
  const row = make('div', { class: 'row', role: 'treeitem', id: 'row' + place, 'aria-level': node.depth + 1,
    'aria-selected': String(place === tree.selected) }, ...parts);
  if (a.childCount > 0) row.setAttribute('aria-expanded', String(node.isOpen));
  row.style.top = place * ROW + 'px';
  row.style.paddingLeft = node.depth * 1.25 + 0.5 + 'rem';
  row.addEventListener('click', () => {
    if (tree.selected === place) toggle(node);
    select(place);
  });
  return row;
}

function toggle(node, isOpen = !node.isOpen) {
  node.isOpen = isOpen && node.answer.childCount > 0;
  if (!node.isOpen) node.pages.clear();
  drawTree();
}

function select(place) {
  const { element, root } = tree;
  if (root === null) return;
  tree.selected = Math.max(0, Math.min(place, rowCount(root) - 1));
  const top = tree.selected * ROW;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + ROW > element.scrollTop + element.clientHeight) element.scrollTop = top + ROW - element.clientHeight;
  const { node } = rowAt(root, tree.selected);
  $('#detail').textContent = node === undefined ? '' : (node.answer.path ?? '') + ' #' + node.answer.id + ', ' + short(node.answer.turns) + ' turns, incarnation ' + node.answer.incarnation;
  drawTree();
}

async function traceSelected() {
  const { node } = tree.root === null ? {} : rowAt(tree.root, tree.selected);
  if (node === undefined) return;
  const { id } = node.answer;
  const isOn = !tree.traced.has(id);
  try {
    await get('api/trace?actor=' + encodeURIComponent(id) + '&on=' + (isOn ? 1 : 0), { method: 'POST' });
    if (isOn) tree.traced.set(id, true);
    else tree.traced.delete(id);
  } catch (error) {
    $('#detail').textContent = error.message;
  }
  drawTree();
}

function showTraced(m) {
  const more = m.suppressed > 0 ? ', ' + m.suppressed + ' more not shown' : '';
  log($('#traced'), 200, m.outcome === 'failed' ? 'bad' : '', make('time', {}, clockTime() + ' '), make('span', { title: m.actor }, nameOf(m.actor) + ' ' + m.message + (m.isAsk ? ' (ask)' : '') + ' ' + m.outcome + ' in ' + time(m.tookMs) + more));
}

function treeKey(event) {
  const { node, parent } = tree.root === null ? {} : rowAt(tree.root, tree.selected);
  const page = Math.floor(tree.element.clientHeight / ROW);
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (event.key in moves) select(tree.selected + moves[event.key]);
  else if (event.key === 'ArrowRight' && node !== undefined) node.isOpen ? select(tree.selected + 1) : toggle(node, true);
  else if (event.key === 'ArrowLeft') {
    if (node?.isOpen) toggle(node, false);
    else selectParent(node?.parent ?? parent);
  } else if (event.key === 'Enter' || event.key === 't') traceSelected();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function selectParent(parent) {
  if (parent === undefined || parent === null) return;
  for (let place = tree.selected; place >= 0; place--) {
    if (rowAt(tree.root, place).node === parent) return select(place);
  }
}

/** Asks anew for what is in sight, and for the root at the first time. */
async function refreshTree() {
  if (tree.root === null) {
    tree.root = nodeOf(await get('api/tree?limit=' + PAGE), 0, null);
    tree.root.pages.set(0, tree.root.answer.children.map((answer) => nodeOf(answer, 1, tree.root)));
    toggle(tree.root, true);
    return;
  }
  const seen = new Map();
  const first = Math.floor(tree.element.scrollTop / ROW);
  const last = Math.min(rowCount(tree.root), first + Math.ceil(tree.element.clientHeight / ROW));
  for (let place = first; place < last; place++) {
    const { node, parent, index } = rowAt(tree.root, place);
    const above = node === undefined ? parent : node.parent;
    if (above === null) continue;
    const number = node === undefined ? Math.floor(index / PAGE) : [...above.pages].find(([, page]) => page.includes(node))?.[0] ?? 0;
    seen.set(above.answer.id + ' ' + number, [above, number]);
  }
  await Promise.all([...seen.values()].map(([node, number]) => fetchPage(node, number)));
}
`;
