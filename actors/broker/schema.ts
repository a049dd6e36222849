import { TroupeError } from '../../runtime/index.js';

/**
 * A schema by Standard Schema (standardschema.dev, version 1): what zod, valibot, arktype and others offer. Only
 * those that answer at once.
 */
export interface StandardSchema<T = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<T> | Promise<SchemaResult<T>>;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

/** What a schema says of a value. */
export type SchemaResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };

/** The value as the schema gives it. @throws {TroupeError} ERR_BROKER_PAYLOAD when it does not fit */
export function validated<T>(schema: StandardSchema<T>, value: unknown, where: string): T {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) {
    result.catch(() => {});
    throw new TroupeError('ERR_BROKER_PAYLOAD', {
      what: 'the schema answers with a promise',
      where,
      mend: 'use a schema without async parts',
    });
  }
  if (result.issues === undefined) return result.value;
  throw new TroupeError('ERR_BROKER_PAYLOAD', {
    what: `the payload does not fit: ${result.issues.map(({ message }) => message).join(', ')}`,
    where,
    mend: 'publish what the schema describes',
  });
}
