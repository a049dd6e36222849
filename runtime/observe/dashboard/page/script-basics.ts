/** First part of the page's script: elements, numbers, tables. */
export const SCRIPT_BASICS = `
const $ = (selector, root = document) => root.querySelector(selector);

/** An element with text and classes; children may be strings. Nothing is ever parsed as markup. */
function make(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === 'class') element.className = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const UNITS = [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']];
function short(value) {
  if (value === null || value === undefined) return '-';
  for (const [size, unit] of UNITS) if (Math.abs(value) >= size) return (value / size).toFixed(1) + ' ' + unit;
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);
}
const bytes = (value) => (value === null || value === undefined ? '-' : value < 1000 ? Math.round(value) + ' B' : short(value) + 'B');
function time(ms) {
  if (ms === null || ms === undefined) return '-';
  if (ms < 0.001) return '< 1 us';
  if (ms < 1) return (ms * 1000).toFixed(ms < 0.01 ? 1 : 0) + ' us';
  if (ms < 1000) return ms.toFixed(ms < 10 ? 1 : 0) + ' ms';
  return (ms / 1000).toFixed(1) + ' s';
}
const percent = (share) => (share === null ? '-' : Math.round(share * 100) + ' %');

/** Fills a table: heads are [title, isText]; cells are values or { text, class, share }. Keeps its rows. */
function table(element, heads, rows) {
  if (element.tHead === null) {
    const line = make('tr');
    for (const [title, isText] of heads) line.append(make('th', { scope: 'col', class: isText ? 'text' : '' }, title));
    element.append(make('thead', {}, line), make('tbody'));
  }
  const body = element.tBodies[0];
  while (body.rows.length > rows.length) body.deleteRow(-1);
  rows.forEach((row, index) => {
    const line = body.rows[index] ?? body.insertRow();
    row.forEach((value, column) => {
      const cell = line.cells[column] ?? line.insertCell();
      fill(cell, value !== null && typeof value === 'object' ? value : { text: value }, heads[column]?.[1]);
    });
    while (line.cells.length > row.length) line.deleteCell(-1);
  });
}

function fill(cell, { text, class: name = '', share }, isText) {
  const classes = (isText ? 'text ' : '') + name + (share === undefined ? '' : ' meter');
  if (cell.className !== classes) cell.className = classes;
  const shown = String(text ?? '-');
  if (share === undefined) {
    if (cell.textContent !== shown) cell.textContent = shown;
    if (isText) cell.title = shown;
    return;
  }
  let bar = $('i', cell);
  if (bar === null) {
    cell.textContent = '';
    bar = make('i');
    cell.append(bar, make('span'));
  }
  bar.style.width = Math.max(0, Math.min(1, share ?? 0)) * 100 + '%';
  $('span', cell).textContent = shown;
}

/** Puts a line on top of a list and drops what is too old. */
function log(list, limit, name, ...parts) {
  list.prepend(make('li', { class: name }, ...parts));
  while (list.children.length > limit) list.lastElementChild.remove();
}

async function get(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error((await response.text()).trim());
  return response.json();
}
`;
