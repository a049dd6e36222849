import type { AnyRef } from '../../runtime/index.js';
import type { RegistryEffect } from './effects.js';

/** Counts what each actor is used for, so that it is watched once, and only while it is of interest. */
export class ActorUses {
  readonly #uses = new Map<string, number>();

  /** @returns what has to be done: watched at the first use */
  add(ref: AnyRef | undefined): readonly RegistryEffect[] {
    if (ref === undefined) return [];
    const count = this.#uses.get(ref.id) ?? 0;
    this.#uses.set(ref.id, count + 1);
    return count === 0 ? [{ type: 'watch-actor', ref }] : [];
  }

  /** @returns what has to be done: no longer watched after the last use */
  drop(ref: AnyRef | undefined): readonly RegistryEffect[] {
    const count = ref === undefined ? undefined : this.#uses.get(ref.id);
    if (ref === undefined || count === undefined) return [];
    if (count > 1) {
      this.#uses.set(ref.id, count - 1);
      return [];
    }
    this.#uses.delete(ref.id);
    return [{ type: 'unwatch-actor', ref }];
  }

  /** It is gone: nothing has to be undone. */
  forget(id: string): void {
    this.#uses.delete(id);
  }
}
