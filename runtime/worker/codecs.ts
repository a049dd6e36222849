import { checkFields } from '../base/check-option.js';
import { TroupeError } from '../base/errors.js';
import type { Extension, Extensions } from '../codec/extensions.js';
import { type Located, loadExport } from './module-loader.js';

/** A codec for a class of the user's, as data: where every thread finds it. */
export interface CodecDefinition extends Located {}

const FIELDS = { module: true, name: true, class: true, encode: true, decode: true } as const;

const CODEC = Symbol.for('troupe.codec');

/**
 * Defines how instances of a class travel: `export const MoneyCodec = defineCodec({ module:
 * import.meta.url, name: 'MoneyCodec', class: Money, encode: (m) => m.cents, decode: (c) => new Money(c) })`.
 * Give it to `ActorSystem.start({ codecs: [MoneyCodec] })`.
 * @throws {TroupeError} ERR_DEFINITION
 */
export function defineCodec<T, P>(spec: {
  readonly module: string;
  readonly name: string;
  readonly class: abstract new (...args: never[]) => T;
  readonly encode: (value: T) => P;
  readonly decode: (plain: P) => T;
}): CodecDefinition {
  if (!URL.canParse(spec?.module) || typeof spec.name !== 'string') {
    throw new TroupeError('ERR_DEFINITION', {
      what: 'a codec needs module, name, class, encode and decode',
      where: String(spec?.name),
      mend: "defineCodec({ module: import.meta.url, name: 'Export', class, encode, decode })",
    });
  }
  checkFields(spec.name, spec, FIELDS);
  const codec = { ...spec };
  Object.defineProperty(codec, CODEC, { value: true });
  return Object.freeze(codec);
}

/** Loads codecs on a thread. @throws {TroupeError} ERR_DEFINITION_NOT_FOUND, ERR_DEFINITION */
export async function loadCodecs(
  extensions: Extensions,
  codecs: readonly CodecDefinition[],
): Promise<void> {
  for (const located of codecs) {
    const value = Object.hasOwn(located, CODEC) ? located : await loadExport(located);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, CODEC)) {
      throw new TroupeError('ERR_DEFINITION', {
        what: `${located.name} is no codec`,
        where: located.module,
        mend: 'export what defineCodec returned',
      });
    }
    extensions.register(value as unknown as Extension<unknown, unknown>);
  }
}
