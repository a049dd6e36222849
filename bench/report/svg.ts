/** Attributes of an element, written in this order. */
export type Attributes = Readonly<Record<string, string | number>>;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Text as it may stand in an element or an attribute. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}

/** An element; numbers keep one digit after the point. Children are XML already. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeXml(attribute(value))}"`)
    .join('');
  return children.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${children.join('')}</${name}>`;
}

function attribute(value: string | number): string {
  return typeof value === 'string' ? value : String(Number(value.toFixed(1)));
}

/** A line of text; `kind` is one of the classes of text: `title`, `note`, `label`, `tick`, `value`. */
export function label(
  kind: string,
  x: number,
  y: number,
  content: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
): string {
  return element('text', { class: kind, x, y, 'text-anchor': anchor }, escapeXml(content));
}

/**
 * Colours of the parts for a light and a dark ground. `s0` is Troupe's bar, and the first of curves; each
 * stands out from its ground by 3 to 1 at least, text by 4.5 to 1.
 */
const LIGHT = {
  ground: '#ffffff',
  ink: '#1f2328',
  faint: '#59636e',
  grid: '#d1d9e0',
  series: ['#0969da', '#8250df', '#6e7781', '#bc4c00', '#1a7f37', '#bf3989', '#9a6700', '#1b7c83'],
} as const;
const DARK = {
  ground: '#0d1117',
  ink: '#e6edf3',
  faint: '#9198a1',
  grid: '#30363d',
  series: ['#58a6ff', '#bc8cff', '#8b949e', '#f0883e', '#3fb950', '#f778ba', '#d29922', '#39c5cf'],
} as const;

/** Number of classes `s0`, `s1` and so on. */
export const SERIES_COUNT = LIGHT.series.length;

function rules(colours: typeof LIGHT | typeof DARK): string {
  const { ground, ink, faint, grid, series } = colours;
  return [
    `.ground{fill:${ground}}.title,.label,.value{fill:${ink}}.note,.tick{fill:${faint}}`,
    `.grid{stroke:${grid}}.range{stroke:${ink}}`,
    ...series.map((colour, i) => `.s${i}{fill:${colour};stroke:${colour}}`),
  ].join('');
}

const STYLE = [
  'text{font:12px system-ui,sans-serif;stroke:none}.title{font-size:15px;font-weight:600}.tick,.note{font-size:11px}',
  'svg .line{fill:none;stroke-width:2}',
  rules(LIGHT),
  `@media(prefers-color-scheme:dark){${rules(DARK)}}`,
].join('');

/** A whole picture, with its ground and colours; the title is read out by screen readers. */
export function svgDocument(width: number, height: number, title: string, body: string[]): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
  };
  const parts = [
    element('title', {}, escapeXml(title)),
    element('style', {}, STYLE),
    element('rect', { class: 'ground', width, height }),
    ...body,
  ];
  return `${element('svg', attributes, `\n${parts.join('\n')}\n`)}\n`;
}
