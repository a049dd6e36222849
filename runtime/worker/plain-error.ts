/** An error as news tell it: what can be sent anywhere. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | number | undefined;
}

/** The parts of an error that news tell. */
export function plainError(error: Error): PlainError {
  const { name, message, stack } = error;
  const { code } = error as { code?: unknown };
  return {
    name,
    message,
    stack,
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
  };
}
