import type { AnyRef } from '../ref/actor-ref.js';
import type { ActorDetail } from '../worker/observing.js';
import { type ActorNode, waitText } from './inspection.js';

/** How far a walk goes. */
export interface WalkBounds {
  readonly depth: number;
  readonly limit: number;
  /** Children of the root that are passed over. */
  readonly offset: number;
}

/** What an actor answered: null for one that is gone, undefined for one whose thread does not answer. */
export type Answer = ActorDetail | null | undefined;

/** Asks many actors at once. @returns an answer for each, in order */
export type AskActors = (
  refs: readonly AnyRef[],
  offset: number,
  limit: number,
) => Promise<readonly Answer[]>;

/** An actor of the walk, before its children are known. */
interface Found {
  readonly ref: AnyRef;
  readonly answer: Answer;
  readonly children: Found[];
}

/** Actors that are asked in one go: bounds the size of a question and its answer. */
const BATCH = 500;
/** Children that each actor of a level tells of at least, and how many times too many a level may tell of. */
const MIN_PAGE = 16;
const EXCESS = 4;

/** Walks the tree level by level, so that what is cut off by the limit is what lies deepest. */
export async function walkTree(
  root: AnyRef,
  bounds: WalkBounds,
  ask: AskActors,
): Promise<ActorNode | undefined> {
  let left = bounds.limit - 1;
  const wanted = (depth: number, actors: number): number => {
    if (depth >= bounds.depth) return 0;
    return Math.min(left, Math.max(MIN_PAGE, Math.floor((EXCESS * left) / actors)));
  };
  const [first] = await ask([root], bounds.offset, wanted(0, 1));
  if (first === null) return undefined;
  const top: Found = { ref: root, answer: first, children: [] };
  let level: Found[] = [top];
  for (let depth = 1; level.length > 0 && left > 0; depth++) {
    const next: Found[] = [];
    const places: { parent: Found; ref: AnyRef }[] = [];
    for (const parent of level) {
      for (const ref of parent.answer?.page ?? []) {
        if (left-- > 0) places.push({ parent, ref });
      }
    }
    for (let at = 0; at < places.length; at += BATCH) {
      const batch = places.slice(at, at + BATCH);
      const refs = batch.map(({ ref }) => ref);
      const answers = await ask(refs, 0, wanted(depth, places.length));
      for (const [index, { parent, ref }] of batch.entries()) {
        const found: Found = { ref, answer: answers[index], children: [] };
        parent.children.push(found);
        next.push(found);
      }
    }
    level = next;
  }
  return nodeOf(top);
}

/** The tree of nodes, without recursion: a tree may be very deep. */
function nodeOf(top: Found): ActorNode {
  const order: Found[] = [top];
  for (let i = 0; i < order.length; i++) order.push(...order[i]!.children);
  const made = new Map<Found, ActorNode>();
  for (const found of order.toReversed()) {
    made.set(
      found,
      node(
        found,
        found.children.map((child) => made.get(child)!),
      ),
    );
  }
  return made.get(top)!;
}

function node({ ref, answer }: Found, children: readonly ActorNode[]): ActorNode {
  if (answer == null) {
    const status = answer === null ? 'gone' : 'unreachable';
    return { ...UNKNOWN, id: ref.id, thread: ref.thread, path: ref.path, status };
  }
  return {
    id: ref.id,
    thread: ref.thread,
    path: answer.path ?? ref.path,
    status: answer.status,
    kind: answer.kind,
    incarnation: answer.incarnation,
    queued: answer.queued,
    stashed: answer.stashed,
    handling: answer.handling,
    heldForMs: answer.heldForMs,
    turns: answer.turns,
    waits: answer.waits.map(waitText),
    childCount: answer.children,
    children,
  };
}

const UNKNOWN = {
  kind: undefined,
  incarnation: 0,
  queued: 0,
  stashed: 0,
  handling: undefined,
  heldForMs: undefined,
  turns: 0,
  waits: [],
  childCount: 0,
  children: [],
} as const;
