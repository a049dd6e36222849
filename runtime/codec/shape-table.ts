import { hash32 } from '../base/hash.js';
import type { DictionaryWriter } from './dictionary.js';
import type { CodecLimits } from './limits.js';
import { type FieldKind, isShapeable, joinKinds, KIND_ANY, kindOf } from './shape.js';
import { planOf, ShapeFamily } from './shape-family.js';

/** Key lists met once that are remembered; the set starts anew when it is full. */
const MAX_CANDIDATES = 1024;
/** After this many widenings all fields of a family become `any`. */
const MAX_WIDENINGS = 4;

interface Node {
  family: ShapeFamily | null;
  next: Map<string, Node> | null;
}

/**
 * The shapes known to a sender, found by their keys in order. A list of keys becomes a shape the
 * second time it is met, so that objects used as tables don't fill the dictionary; when the
 * dictionary is full, nothing more is learned and nothing more is remembered.
 */
export class ShapeTable {
  readonly #dictionary: DictionaryWriter;
  readonly #limits: CodecLimits;
  readonly #codeGeneration: boolean;
  readonly #root: Node = { family: null, next: null };
  readonly #candidates = new Set<number>();
  #full = false;

  constructor(dictionary: DictionaryWriter, limits: CodecLimits, codeGeneration: boolean) {
    this.#dictionary = dictionary;
    this.#limits = limits;
    this.#codeGeneration = codeGeneration;
    for (let id = 0; id < dictionary.shapes.length; id++) this.#adopt(id);
  }

  /** The family of exactly these keys; null when they are not, or not yet, a shape. */
  find(keys: readonly string[], value: Readonly<Record<string, unknown>>): ShapeFamily | null {
    let node: Node | undefined = this.#root;
    for (let i = 0; i < keys.length && node !== undefined; i++) node = node.next?.get(keys[i]!);
    if (node !== undefined && node.family !== null) return node.family;
    return this.#full ? null : this.#learn(keys, value);
  }

  /** Widens `family` so that it accepts `value`. @returns false when that is not to be had */
  widen(family: ShapeFamily, value: Readonly<Record<string, unknown>>): boolean {
    const { keys, kinds } = family.plan.shape;
    const any = family.widenCount >= MAX_WIDENINGS;
    let changed = false;
    const wider = kinds.map((kind, i): FieldKind => {
      const joined = any ? KIND_ANY : joinKinds(kind, kindOf(value[keys[i]!]));
      changed ||= joined !== kind;
      return joined;
    });
    if (!changed) return false;
    const id = this.#append(keys, wider);
    if (id < 0) return false;
    family.widen(planOf(this.#dictionary.shapes[id]!, id));
    return true;
  }

  #learn(keys: readonly string[], value: Readonly<Record<string, unknown>>): ShapeFamily | null {
    if (!isShapeable(keys, this.#limits)) return null;
    let hash = keys.length;
    for (const key of keys) hash = Math.imul(hash, 31) ^ hash32(key);
    if (!this.#candidates.delete(hash)) {
      if (this.#candidates.size >= MAX_CANDIDATES) this.#candidates.clear();
      this.#candidates.add(hash);
      return null;
    }
    const id = this.#append(
      keys,
      keys.map((key) => kindOf(value[key])),
    );
    return id < 0 ? null : this.#adopt(id);
  }

  #append(keys: readonly string[], kinds: readonly FieldKind[]): number {
    const id = this.#dictionary.appendShape({ keys, kinds });
    if (id < 0) {
      this.#full = true;
      this.#candidates.clear();
    }
    return id;
  }

  #adopt(id: number): ShapeFamily {
    const shape = this.#dictionary.shapes[id]!;
    let node = this.#root;
    for (const key of shape.keys) {
      node.next ??= new Map();
      let next = node.next.get(key);
      if (next === undefined) {
        next = { family: null, next: null };
        node.next.set(key, next);
      }
      node = next;
    }
    const plan = planOf(shape, id);
    if (node.family === null) node.family = new ShapeFamily(plan, this.#codeGeneration);
    else node.family.widen(plan);
    return node.family;
  }
}
