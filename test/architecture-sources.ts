import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** A source file as the structural tests see it. */
export interface Source {
  /** Path from the package root with slashes: `runtime/memory/doorbell.ts`. */
  readonly path: string;
  readonly text: string;
}

/** One import, export-from or dynamic import of a literal. */
export interface Import {
  readonly line: number;
  readonly specifier: string;
  /** Path of the imported source when the specifier is relative, else undefined. */
  readonly target: string | undefined;
}

/** A place in a file, with what is said about it. */
export interface Finding {
  readonly line: number;
  readonly text: string;
}

/** All TypeScript sources under some folders of the package. A folder that is missing has none. */
export function readSources(root: URL, folders: readonly string[]): Source[] {
  const sources: Source[] = [];
  for (const folder of folders) {
    let names: string[] = [];
    try {
      names = readdirSync(new URL(`${folder}/`, root), { recursive: true }) as string[];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    for (const name of names.sort()) {
      if (!name.endsWith('.ts') || name.includes('node_modules')) continue;
      const path = posix.join(folder, name.replaceAll('\\', '/'));
      sources.push({ path, text: readFileSync(new URL(path, root), 'utf8') });
    }
  }
  return sources;
}

/**
 * A comment, a string, a template without nested templates, or a regular expression where one can
 * stand. What is found first at a place wins, so quotes in comments and slashes in strings do no harm.
 */
const NOT_CODE =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|(?<=[(,=:[!&|?;{}]\s*|return\s+)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** The text with comments blanked out, and strings too on request; no place moves. */
export function code(text: string, keepStrings = false): string {
  return text.replace(NOT_CODE, (part) => (keepStrings && /^['"]/.test(part) ? part : blank(part)));
}

/** Line of a place in a text, from 1. */
export function lineOf(text: string, index: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < index; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

const IMPORTS = [
  /^\s*import\s+(?:[\w*{}\s,$]+?\s+from\s+)?'([^']+)'/gm,
  /^\s*export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s*'([^']+)'/gm,
  /\bimport\(\s*'([^']+)'\s*\)/g,
];

/** Everything a file imports, types included. */
export function importsOf({ path, text }: Source): Import[] {
  const plain = code(text, true);
  const found: Import[] = [];
  for (const pattern of IMPORTS) {
    for (const match of plain.matchAll(pattern)) {
      const specifier = match[1]!;
      const target = specifier.startsWith('.')
        ? posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts')
        : undefined;
      const at = match.index + match[0].lastIndexOf(specifier);
      found.push({ line: lineOf(text, at), specifier, target });
    }
  }
  return found.sort((a, b) => a.line - b.line);
}

const CONTROL = /\b(?:if|for|while|switch|catch|with)\s*$|\bfor\s+await\s*$/;
/** What stands between the parentheses and the body of a function: nothing, a type, an arrow. */
const BETWEEN = /^\s*(?::[^;(){}]*)?(?:=>\s*)?$/;

/**
 * Functions with a body in braces that are longer than `limit` lines. Found by their braces, so a
 * function whose return type has braces or parentheses escapes; nothing else is taken for one.
 */
export function longFunctions({ text }: Source, limit: number): Finding[] {
  const plain = code(text);
  const found: Finding[] = [];
  const starts: number[] = [];
  for (let i = 0; i < plain.length; i++) {
    if (plain[i] === '{') starts.push(i);
    if (plain[i] !== '}') continue;
    const start = starts.pop();
    if (start === undefined) continue;
    const lines = lineOf(plain, i) - lineOf(plain, start) + 1;
    if (lines <= limit || !isFunctionBody(plain, start)) continue;
    found.push({ line: lineOf(plain, start), text: `a function of ${lines} lines` });
  }
  return found;
}

function isFunctionBody(plain: string, brace: number): boolean {
  const close = plain.lastIndexOf(')', brace);
  if (close < 0 || !BETWEEN.test(plain.slice(close + 1, brace))) return false;
  let depth = 0;
  for (let i = close; i >= 0; i--) {
    if (plain[i] === ')') depth++;
    if (plain[i] === '(' && --depth === 0) return !CONTROL.test(plain.slice(0, i));
  }
  return false;
}

const EXPORTED =
  /^export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(class|function\*?|const|let|interface|type|enum)\s+([\w$]+)/;

/**
 * Exported declarations without a docstring directly above. A docstring covers the one-line
 * declarations that follow it without a blank line, the overloads of a function, and the type of the
 * same name as a documented value.
 */
export function undocumentedExports({ text }: Source): Finding[] {
  const lines = text.split('\n');
  const documented = new Set<string>();
  const found: Finding[] = [];
  lines.forEach((line, index) => {
    const match = EXPORTED.exec(line);
    if (match === null) return;
    const name = match[2]!;
    if (documented.has(name) || isCovered(lines, index)) documented.add(name);
    else found.push({ line: index + 1, text: `${match[1]} ${name} has no docstring` });
  });
  return found;
}

function isCovered(lines: readonly string[], index: number): boolean {
  for (let i = index - 1; i >= 0; i--) {
    const line = lines[i]!;
    if (line.trimEnd().endsWith('*/'))
      return !line.trimEnd().endsWith('**/') && isDocstring(lines, i);
    if (line.startsWith('// biome-ignore ')) continue;
    // Otherwise only whole declarations of one or two lines may stand between.
    const isOneLine = EXPORTED.test(line) || /^ {2}\S.*;$/.test(line);
    if (!isOneLine || /[{(]$/.test(line.trimEnd())) return false;
  }
  return false;
}

function isDocstring(lines: readonly string[], end: number): boolean {
  for (let i = end; i >= 0; i--) {
    if (lines[i]!.includes('/**')) return true;
    if (lines[i]!.includes('/*') || (i < end && lines[i]!.includes('*/'))) return false;
  }
  return false;
}
