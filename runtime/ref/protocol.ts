declare const reply: unique symbol;

/** What every message is: a plain object with a `type`, so that a protocol is a discriminated union. */
export type Message = { readonly type: string };

/**
 * A message that is answered with an `R`: it is for `ask`, not for `tell`. The mark exists in types only.
 * @example type CounterMessage = { type: 'inc'; by: number } | Request<{ type: 'get' }, number>;
 */
export type Request<M extends Message, R> = M & { readonly [reply]?: (r: R) => void };

/** The member of a protocol that has this `type`. */
export type Of<M extends Message, T extends M['type']> = Extract<M, { type: T }>;

/** What a message is answered with; `void` for those that are not answered. */
// biome-ignore lint/suspicious/noConfusingVoidType: it becomes the return type of a handler
export type ReplyOf<M> = M extends { readonly [reply]?: (r: infer R) => void } ? R : void;

/** The members of a protocol that are asked. */
export type Requests<M> = M extends unknown ? (typeof reply extends keyof M ? M : never) : never;

/** The members of a protocol that are told. */
export type Tells<M> = M extends unknown ? (typeof reply extends keyof M ? never : M) : never;
