import { TroupeError } from '../../runtime/index.js';

/** Longest subject or pattern, in UTF-16 code units. */
export const MAX_SUBJECT_LENGTH = 512;
/** Most tokens of a subject or pattern. */
export const MAX_SUBJECT_TOKENS = 32;

const SPACE = 0x20;
const DELETE = 0x7f;
const DOT = 0x2e;
const STAR = 0x2a;
const TAIL = 0x3e;

/**
 * Why a subject is malformed, or undefined. Tokens are parted by dots; in a pattern `*` stands for one
 * token and `>`, as the last, for one or more (NATS, "Subject-Based Messaging"). Stricter than NATS in one thing:
 * `*` and `>` stand for themselves nowhere.
 */
export function subjectFault(text: unknown, allowsWildcards: boolean): string | undefined {
  if (typeof text !== 'string') return `is ${text === null ? 'null' : typeof text}`;
  if (text.length === 0) return 'is empty';
  if (text.length > MAX_SUBJECT_LENGTH) return `has ${text.length} characters`;
  let tokenCount = 1;
  let tokenStart = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i === text.length ? DOT : text.charCodeAt(i);
    if (code <= SPACE || code === DELETE) return `has a space or control character at ${i}`;
    if (code === DOT) {
      if (i === tokenStart) return `has an empty token at ${i}`;
      if (i < text.length && ++tokenCount > MAX_SUBJECT_TOKENS) return 'has too many tokens';
      tokenStart = i + 1;
    } else if (code === STAR || code === TAIL) {
      if (!allowsWildcards) return `has a wildcard at ${i}`;
      const isAlone = i === tokenStart && (i + 1 === text.length || text.charCodeAt(i + 1) === DOT);
      if (!isAlone) return `has a wildcard that is no token of its own at ${i}`;
      if (code === TAIL && i + 1 < text.length) return `goes on after '>' at ${i}`;
    }
  }
  return undefined;
}

/** @throws {TroupeError} ERR_BROKER_SUBJECT when it cannot be published to */
export function checkSubject(subject: string): void {
  const fault = subjectFault(subject, false);
  if (fault !== undefined) throw malformed('subject', subject, fault);
}

/** @throws {TroupeError} ERR_BROKER_SUBJECT when it cannot be subscribed to */
export function checkPattern(pattern: string): void {
  const fault = subjectFault(pattern, true);
  if (fault !== undefined) throw malformed('pattern', pattern, fault);
}

/** True when a pattern has no wildcard, so that it matches exactly itself. */
export function isLiteral(pattern: string): boolean {
  return !(
    pattern === '*' ||
    pattern.startsWith('*.') ||
    pattern.includes('.*.') ||
    pattern.endsWith('.*') ||
    pattern.endsWith('>')
  );
}

/** True when a well-formed pattern matches a well-formed subject. */
export function matches(pattern: string, subject: string): boolean {
  let at = 0;
  let from = 0;
  for (;;) {
    const end = tokenEnd(pattern, at);
    if (pattern.charCodeAt(at) === TAIL) return true;
    const until = tokenEnd(subject, from);
    const isAny = end - at === 1 && pattern.charCodeAt(at) === STAR;
    if (!isAny && !sameToken(pattern, at, end, subject, from, until)) return false;
    if (end === pattern.length || until === subject.length) {
      return end === pattern.length && until === subject.length;
    }
    at = end + 1;
    from = until + 1;
  }
}

/** True when some subject matches both patterns. */
export function overlaps(one: string, other: string): boolean {
  const left = one.split('.');
  const right = other.split('.');
  for (let i = 0; ; i++) {
    const a = left[i];
    const b = right[i];
    if (a === undefined || b === undefined) return a === b;
    if (a === '>' || b === '>') return true;
    if (a !== b && a !== '*' && b !== '*') return false;
  }
}

function tokenEnd(text: string, from: number): number {
  const dot = text.indexOf('.', from);
  return dot < 0 ? text.length : dot;
}

function sameToken(
  a: string,
  start: number,
  end: number,
  b: string,
  from: number,
  until: number,
): boolean {
  if (end - start !== until - from) return false;
  for (let i = start; i < end; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(from + i - start)) return false;
  }
  return true;
}

function malformed(kind: string, text: unknown, fault: string): TroupeError {
  const shown = typeof text === 'string' ? `'${text.slice(0, 60)}'` : '';
  return new TroupeError('ERR_BROKER_SUBJECT', {
    what: `the ${kind} ${shown} ${fault}`,
    mend: "use tokens joined by dots, such as 'orders.eu.created'; '*' and '>' in patterns only",
  });
}
