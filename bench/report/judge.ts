import type { Mark } from '../marks.js';
import type { ResultLine } from '../output.js';
import type { Anchor } from './anchors.js';
import { advantage } from './units.js';

/** How the figure of a peer was come by, the most telling first. */
export type Source =
  /** Measured in the same run. */
  | { readonly kind: 'run' }
  /** Given in a file of anchors: the same machine, another run. */
  | { readonly kind: 'anchors' }
  /** As published, times what the run has reached of published subjects: the geometric mean of these. */
  | { readonly kind: 'ratio'; readonly to: readonly string[] }
  /** As published, from another machine. */
  | { readonly kind: 'published' };

/** The figure of a peer that a mark is held against. */
export interface PeerFigure {
  readonly value: number;
  readonly source: Source;
}

/** How a mark stands. */
export interface Verdict {
  readonly mark: Mark;
  /** The figure of our subject; undefined when the run has not measured it. */
  readonly line: ResultLine | undefined;
  /** Undefined for marks without a peer, and when nothing is known of it. */
  readonly peer: PeerFigure | undefined;
  /** How many times better than the peer, or than the limit; undefined without both. */
  readonly ratio: number | undefined;
  readonly isReached: boolean | undefined;
}

/** Judges all marks by the lines of one run and what is known of the peers. */
export function judge(
  marks: readonly Mark[],
  lines: readonly ResultLine[],
  anchors: readonly Anchor[],
  published: readonly Anchor[],
): Verdict[] {
  return marks.map((mark) => {
    const line = lines.find((l) => l.bench === mark.bench && l.subject === mark.subject);
    if ('atMost' in mark) {
      const ratio = line === undefined ? undefined : mark.atMost / line.value;
      const isReached = line === undefined ? undefined : line.value <= mark.atMost;
      return { mark, line, peer: undefined, ratio, isReached };
    }
    if ('atLeast' in mark) {
      const ratio = line === undefined ? undefined : line.value / mark.atLeast;
      const isReached = line === undefined ? undefined : line.value >= mark.atLeast;
      return { mark, line, peer: undefined, ratio, isReached };
    }
    const peer = peerFigure(mark.bench, mark.peer, lines, anchors, published);
    const ratio =
      line === undefined || peer === undefined
        ? undefined
        : advantage(line.unit, line.value, peer.value);
    const isReached = ratio === undefined ? undefined : ratio >= mark.reach;
    return { mark, line, peer, ratio, isReached };
  });
}

/** The best that is known of a peer: see {@link Source}. */
export function peerFigure(
  bench: string,
  peer: string,
  lines: readonly ResultLine[],
  anchors: readonly Anchor[],
  published: readonly Anchor[],
): PeerFigure | undefined {
  const measured = lines.find((line) => line.bench === bench && line.subject === peer);
  if (measured !== undefined) return { value: measured.value, source: { kind: 'run' } };
  const anchor = anchors.find((a) => a.bench === bench && a.peer === peer);
  if (anchor !== undefined) return { value: anchor.value, source: { kind: 'anchors' } };
  const figure = published.find((a) => a.bench === bench && a.peer === peer);
  if (figure === undefined) return undefined;
  const ratios = published.flatMap((reference) => {
    if (reference.bench !== bench) return [];
    const line = lines.find((l) => l.bench === bench && l.subject === reference.peer);
    return line === undefined || line.value <= 0
      ? []
      : [{ peer: reference.peer, ratio: line.value / reference.value }];
  });
  if (ratios.length === 0) return { value: figure.value, source: { kind: 'published' } };
  const logs = ratios.reduce((sum, { ratio }) => sum + Math.log(ratio), 0);
  return {
    value: figure.value * Math.exp(logs / ratios.length),
    source: { kind: 'ratio', to: ratios.map(({ peer }) => peer) },
  };
}
