import type { ActorRef } from '../../runtime/index.js';
import type { OwnerSpec, RegistryMessage } from './protocol.js';

/** A lock that was had. Whether it still is, only the registry and the store that sees the token can say. */
export class Lock {
  readonly key: string;
  /** Fencing token: pass it with every write, and have the store refuse smaller ones than it has seen. */
  readonly token: number;
  readonly #registry: ActorRef<RegistryMessage>;
  readonly #owner: OwnerSpec;

  /** @internal */
  constructor(registry: ActorRef<RegistryMessage>, key: string, owner: OwnerSpec, token: number) {
    this.#registry = registry;
    this.#owner = owner;
    this.key = key;
    this.token = token;
  }

  /** Needed again and again where the owner has a `ttlMs`. @returns false when it is lost */
  renew(): Promise<boolean> {
    const { key, token } = this;
    return this.#registry.ask({ type: 'renew-lock', key, token, owner: this.#owner });
  }

  /** Gives it up; the next one has it at once. @returns false when it was lost before */
  release(): Promise<boolean> {
    const { key, token } = this;
    return this.#registry.ask({ type: 'unlock', key, token });
  }
}
