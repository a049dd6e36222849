import { parseJson } from './result-file.js';

/** A figure of another runtime: of this machine from a file, or published. */
export interface Anchor {
  /** The name of our figure of the same work, such as `tell-local` or `pingpong-cross.p50`. */
  readonly bench: string;
  readonly peer: string;
  readonly value: number;
  readonly unit: string;
}

/**
 * Reads a file of `--anchors`: a JSON list of `{ bench, peer, value, unit }`.
 * @param name names the file in errors
 * @throws {Error} when it is not one
 */
export function parseAnchors(text: string, name: string): readonly Anchor[] {
  const list = parseJson(text, name);
  if (!Array.isArray(list)) throw new Error(`${name}: not a list of { bench, peer, value, unit }`);
  const wrong = list.findIndex((entry) => !isAnchor(entry));
  if (wrong >= 0) throw new Error(`${name}: [${wrong}] is not { bench, peer, value, unit }`);
  return list as Anchor[];
}

function isAnchor(entry: unknown): entry is Anchor {
  if (entry === null || typeof entry !== 'object') return false;
  const { bench, peer, value, unit } = entry as Partial<Anchor>;
  const areTexts = [bench, peer, unit].every((field) => typeof field === 'string');
  return areTexts && Number.isFinite(value) && (value as number) > 0;
}
