type Child = FakeElement | string;

/** As much of an element of a browser as the page uses. */
export class FakeElement {
  readonly tagName: string;
  readonly attributes = new Map<string, string>();
  readonly style: Record<string, string> = {};
  readonly dataset: Record<string, string> = {};
  readonly listeners = new Map<string, ((event: object) => void)[]>();
  childNodes: Child[] = [];
  parent: FakeElement | null = null;
  hidden = false;
  title = '';
  scrollTop = 0;
  readonly clientHeight = 240;
  readonly clientWidth = 0;

  constructor(tagName: string) {
    this.tagName = tagName;
  }

  get className(): string {
    return this.attributes.get('class') ?? '';
  }

  set className(value: string) {
    this.attributes.set('class', value);
  }

  get children(): FakeElement[] {
    return this.childNodes.filter((child) => child instanceof FakeElement);
  }

  get lastElementChild(): FakeElement | undefined {
    return this.children.at(-1);
  }

  get textContent(): string {
    return this.childNodes
      .map((child) => (typeof child === 'string' ? child : child.textContent))
      .join('');
  }

  set textContent(text: string) {
    this.childNodes = text === '' ? [] : [text];
  }

  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name, String(value));
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }

  append(...children: Child[]): void {
    this.#insert(this.childNodes.length, children);
  }

  prepend(...children: Child[]): void {
    this.#insert(0, children);
  }

  replaceChildren(...children: Child[]): void {
    this.childNodes = [];
    this.append(...children);
  }

  remove(): void {
    const siblings = this.parent?.childNodes ?? [];
    siblings.splice(siblings.indexOf(this), 1);
    this.parent = null;
  }

  addEventListener(name: string, listener: (event: object) => void): void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }

  /** Does what a person would do. */
  fire(name: string, event: object = {}): void {
    const complete = { preventDefault: () => {}, stopPropagation: () => {}, ...event };
    for (const listener of this.listeners.get(name) ?? []) listener(complete);
  }

  scrollIntoView(): void {}
  focus(): void {}

  /** All elements below, in the order of the page. */
  *below(): Generator<FakeElement> {
    for (const child of this.children) {
      yield child;
      yield* child.below();
    }
  }

  /** Selectors of the kinds `#id`, `.class`, `tag`, and one of these below another. */
  querySelectorAll(selector: string): FakeElement[] {
    const [last, ...outer] = selector.split(' ').reverse();
    return [...this.below()].filter((element) => {
      if (!element.#matches(last!)) return false;
      let above = element.parent;
      for (const part of outer) {
        while (above !== null && !above.#matches(part)) above = above.parent;
        if (above === null) return false;
      }
      return true;
    });
  }

  querySelector(selector: string): FakeElement | null {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  #matches(part: string): boolean {
    const [, tag, kind, name, attribute, value] =
      /^([a-z]*)(?:([#.])([\w-]+))?(?:\[([a-z]+)="(.*)"\])?$/.exec(part)!;
    if (tag !== '' && tag !== this.tagName) return false;
    if (kind === '#' && this.attributes.get('id') !== name) return false;
    if (kind === '.' && !this.className.split(' ').includes(name!)) return false;
    return attribute === undefined || this.attributes.get(attribute) === value;
  }

  #insert(at: number, children: Child[]): void {
    for (const child of children) {
      if (typeof child === 'string') continue;
      child.parent?.childNodes.splice(child.parent.childNodes.indexOf(child), 1);
      child.parent = this;
    }
    this.childNodes.splice(at, 0, ...children);
  }

  // Tables.

  get tHead(): FakeElement | null {
    return this.children.find(({ tagName }) => tagName === 'thead') ?? null;
  }

  get tBodies(): FakeElement[] {
    return this.children.filter(({ tagName }) => tagName === 'tbody');
  }

  get rows(): FakeElement[] {
    return this.children;
  }

  get cells(): FakeElement[] {
    return this.children;
  }

  insertRow(): FakeElement {
    return this.#added('tr');
  }

  insertCell(): FakeElement {
    return this.#added('td');
  }

  deleteRow(): void {
    this.lastElementChild!.remove();
  }

  deleteCell(): void {
    this.lastElementChild!.remove();
  }

  #added(tag: string): FakeElement {
    const made = new FakeElement(tag);
    this.append(made);
    return made;
  }
}

const VOID = new Set(['meta', 'link', '!doctype']);

/** Reads a page of well-formed markup. @throws {Error} for an end without its begin */
export function parsePage(html: string): FakeElement {
  const root = new FakeElement('document');
  let open = root;
  for (const [, end, name, attributes, text] of html.matchAll(/<(\/?)([\w!]+)([^>]*)>|([^<]+)/g)) {
    if (text !== undefined) {
      if (text.trim() !== '') open.append(text);
    } else if (end === '/') {
      if (open.tagName !== name) throw new Error(`</${name}> ends <${open.tagName}>`);
      open = open.parent!;
    } else {
      const element = new FakeElement(name!.toLowerCase());
      for (const [, key, value] of attributes!.matchAll(/([\w-]+)(?:="([^"]*)")?/g)) {
        element.setAttribute(key!, value ?? '');
      }
      element.hidden = element.attributes.has('hidden');
      open.append(element);
      if (!VOID.has(element.tagName)) open = element;
    }
  }
  if (open !== root) throw new Error(`<${open.tagName}> does not end`);
  return root;
}
