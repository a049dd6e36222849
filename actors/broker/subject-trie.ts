import { isLiteral } from './subject.js';

/** A token of wildcard patterns and what follows it. */
class TrieNode<T> {
  readonly children = new Map<string, TrieNode<T>>();
  /** The node under `*`. */
  star: TrieNode<T> | null = null;
  /** Values whose pattern ends here. */
  ends: T[] | null = null;
  /** Values whose pattern ends here with `>`. */
  tails: T[] | null = null;

  get isEmpty(): boolean {
    const { ends, tails, star, children } = this;
    return ends === null && tails === null && star === null && children.size === 0;
  }
}

const NONE: readonly never[] = [];

/**
 * Values by subject pattern. Patterns without a wildcard stand in a map, found in one look-up however
 * many there are; the others in a trie by token, in which a match walks at most two ways a token.
 */
export class SubjectTrie<T> {
  readonly #literals = new Map<string, T[]>();
  readonly #root = new TrieNode<T>();
  #wildcardCount = 0;
  #literalCount = 0;

  /** Values in all. */
  get size(): number {
    return this.#wildcardCount + this.#literalCount;
  }

  /** Adds a value under a well-formed pattern; the same twice stands there twice. */
  add(pattern: string, value: T): void {
    if (isLiteral(pattern)) {
      const values = this.#literals.get(pattern);
      if (values === undefined) this.#literals.set(pattern, [value]);
      else values.push(value);
      this.#literalCount++;
      return;
    }
    const tokens = pattern.split('.');
    const isTail = tokens.at(-1) === '>';
    if (isTail) tokens.pop();
    let node = this.#root;
    for (const token of tokens) {
      if (token === '*') {
        node.star ??= new TrieNode();
        node = node.star;
      } else {
        let child = node.children.get(token);
        child ??= new TrieNode();
        node.children.set(token, child);
        node = child;
      }
    }
    const list = (isTail ? node.tails : node.ends) ?? [];
    list.push(value);
    if (isTail) node.tails = list;
    else node.ends = list;
    this.#wildcardCount++;
  }

  /** Removes a value once from a pattern. False when it does not stand there. */
  remove(pattern: string, value: T): boolean {
    if (isLiteral(pattern)) return this.#removeLiteral(pattern, value);
    const tokens = pattern.split('.');
    const isTail = tokens.at(-1) === '>';
    if (isTail) tokens.pop();
    const path: TrieNode<T>[] = [this.#root];
    for (const token of tokens) {
      const node = path.at(-1)!;
      const next = token === '*' ? node.star : node.children.get(token);
      if (next == null) return false;
      path.push(next);
    }
    const last = path.at(-1)!;
    const list = isTail ? last.tails : last.ends;
    const index = list === null ? -1 : list.indexOf(value);
    if (index < 0) return false;
    list!.splice(index, 1);
    if (list!.length === 0) {
      if (isTail) last.tails = null;
      else last.ends = null;
    }
    this.#wildcardCount--;
    for (let i = path.length - 1; i > 0 && path[i]!.isEmpty; i--) {
      if (tokens[i - 1] === '*') path[i - 1]!.star = null;
      else path[i - 1]!.children.delete(tokens[i - 1]!);
    }
    return true;
  }

  /** The values whose pattern matches a subject, in no order. The list is good until the next change. */
  match(subject: string): readonly T[] {
    const literal = this.#literals.get(subject);
    if (this.#wildcardCount === 0) return literal ?? NONE;
    const found: T[] = [];
    this.#walk(this.#root, subject, 0, found);
    if (literal === undefined) return found;
    if (found.length === 0) return literal;
    for (const value of literal) found.push(value);
    return found;
  }

  #walk(node: TrieNode<T>, subject: string, from: number, found: T[]): void {
    if (node.tails !== null) for (const value of node.tails) found.push(value);
    const dot = subject.indexOf('.', from);
    const isLast = dot < 0;
    if (node.children.size > 0) {
      const token = isLast ? subject.slice(from) : subject.slice(from, dot);
      const child = node.children.get(token);
      if (child !== undefined) this.#enter(child, subject, dot, found);
    }
    if (node.star !== null) this.#enter(node.star, subject, dot, found);
  }

  #enter(node: TrieNode<T>, subject: string, dot: number, found: T[]): void {
    if (dot >= 0) this.#walk(node, subject, dot + 1, found);
    else if (node.ends !== null) for (const value of node.ends) found.push(value);
  }

  #removeLiteral(pattern: string, value: T): boolean {
    const values = this.#literals.get(pattern);
    const index = values === undefined ? -1 : values.indexOf(value);
    if (index < 0) return false;
    if (values!.length === 1) this.#literals.delete(pattern);
    else values!.splice(index, 1);
    this.#literalCount--;
    return true;
  }
}
