/** Bounds of one encoder or decoder. Both ends of a dictionary need not agree on them. */
export interface CodecLimits {
  /**
   * Levels of nested objects in one message, 1 to 10,000. Deeper messages are refused by the encoder
   * (`ERR_NOT_SENDABLE`) and by the decoder (`ERR_DAMAGED`). Default 1000.
   */
  readonly maxDepth: number;
  /** Keys of an object that may become a shape, 0 to 255; objects with more go key by key. Default 64. */
  readonly maxShapeKeys: number;
  /** UTF-16 units of a key in a shape, up to 1024. Default 128. */
  readonly maxKeyLength: number;
  /** UTF-16 units of a string that may be interned, up to 1024. Default 48. */
  readonly maxInternLength: number;
}

/** The limits in force where an option names no other. */
export const DEFAULT_LIMITS: CodecLimits = {
  maxDepth: 1000,
  maxShapeKeys: 64,
  maxKeyLength: 128,
  maxInternLength: 48,
};

const CEILINGS: CodecLimits = {
  maxDepth: 10_000,
  maxShapeKeys: 255,
  maxKeyLength: 1024,
  maxInternLength: 1024,
};

/**
 * Completes `limits` by the defaults. Values outside their range are cut to it, so that no
 * setting can break a layout.
 */
export function codecLimits(limits: Partial<CodecLimits> = {}): CodecLimits {
  const cut = (name: keyof CodecLimits, least: number) =>
    Math.trunc(Math.min(Math.max(limits[name] ?? DEFAULT_LIMITS[name], least), CEILINGS[name]));
  return {
    maxDepth: cut('maxDepth', 1),
    maxShapeKeys: cut('maxShapeKeys', 0),
    maxKeyLength: cut('maxKeyLength', 0),
    maxInternLength: cut('maxInternLength', 0),
  };
}

/** A record may be longer than its message by its filling to a multiple of 8. */
export const MAX_FILLING_BYTES = 7;
