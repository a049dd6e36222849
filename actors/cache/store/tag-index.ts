/** Which entries carry a tag. */
export class TagIndex {
  readonly #slots = new Map<string, Set<number>>();

  /** Tags that are in use. */
  get size(): number {
    return this.#slots.size;
  }

  add(slot: number, tags: readonly string[]): void {
    for (const tag of tags) {
      const slots = this.#slots.get(tag);
      if (slots === undefined) this.#slots.set(tag, new Set([slot]));
      else slots.add(slot);
    }
  }

  remove(slot: number, tags: readonly string[]): void {
    for (const tag of tags) {
      const slots = this.#slots.get(tag);
      slots?.delete(slot);
      if (slots?.size === 0) this.#slots.delete(tag);
    }
  }

  /** A list of its own: entries may be removed while it is gone through. */
  slotsOf(tag: string): number[] {
    return [...(this.#slots.get(tag) ?? [])];
  }
}
