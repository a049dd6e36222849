import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { crossFolderCycles, importViolations } from './architecture-rules.js';
import {
  code,
  type Finding,
  importsOf,
  longFunctions,
  readSources,
  type Source,
  undocumentedExports,
} from './architecture-sources.js';

const MAX_FILE_LINES = 300;
const MAX_FUNCTION_LINES = 70;

/** Files whose findings are accepted, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'bench/pieces.ts': 'measures pieces below the public entry, one by one',
  'bench/pieces-codec.ts': 'measures the codec below the public entry',
};

// The compiled test lies in dist/test, the sources it reads beside dist.
const ROOT = new URL('../../', import.meta.url);
const SOURCES = readSources(ROOT, ['runtime', 'actors', 'bench', 'examples']);
const MANIFEST = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as Record<
  'dependencies' | 'optionalDependencies' | 'peerDependencies',
  Record<string, string> | undefined
>;
const DEPENDENCIES = [
  MANIFEST.dependencies,
  MANIFEST.optionalDependencies,
  MANIFEST.peerDependencies,
].flatMap((group) => Object.keys(group ?? {}));

const used = new Set<string>();

function isAccepted(finding: string): boolean {
  const key = Object.keys(EXCEPTIONS).find((each) => finding.startsWith(`${each}:`));
  if (key !== undefined) used.add(key);
  return key !== undefined;
}

function at({ path }: Source, findings: readonly Finding[]): string[] {
  return findings.map(({ line, text }) => `${path}:${line} ${text}`);
}

function lineCount({ text }: Source): number {
  return text.trimEnd().split('\n').length;
}

t.test('the sources are where the test looks for them', async (t) => {
  t.ok(SOURCES.some(({ path }) => path === 'runtime/base/assert.ts'));
  t.ok(SOURCES.flatMap(importsOf).length > 100, 'and their imports are found');
});

/** Holds that nothing was found, and says each finding on a line of its own. */
function none(t: Test, findings: readonly string[]): void {
  const left = findings.filter((finding) => !isAccepted(finding));
  for (const finding of left) t.comment(finding);
  t.equal(left.length, 0, 'the findings stand above');
}

t.test('every folder imports only what it may', async (t) => {
  none(t, importViolations(SOURCES, DEPENDENCIES));
});

t.test('no cycle of imports goes through several folders of the runtime', async (t) => {
  const runtime = SOURCES.filter(({ path }) => path.startsWith('runtime/'));
  none(
    t,
    crossFolderCycles(runtime).map((files) => files.join(' -> ')),
  );
});

t.test('no file is too long', async (t) => {
  const long = SOURCES.filter((source) => lineCount(source) > MAX_FILE_LINES);
  none(
    t,
    long.map((source) => `${source.path}:${lineCount(source)} lines in all`),
  );
});

t.test('no function is too long', async (t) => {
  none(
    t,
    SOURCES.flatMap((source) => at(source, longFunctions(source, MAX_FUNCTION_LINES))),
  );
});

t.test('everything that the runtime exports has a docstring', async (t) => {
  const runtime = SOURCES.filter(({ path }) => path.startsWith('runtime/'));
  none(
    t,
    runtime.flatMap((source) => at(source, undocumentedExports(source))),
  );
});

t.test('no exception outlives its cause', async (t) => {
  t.same(
    Object.keys(EXCEPTIONS).filter((key) => !used.has(key)),
    [],
  );
});

// From here on: that the rules find what they are made for.

const violations = (path: string, text: string): number =>
  importViolations([{ path, text }], ['piscina']).length;

t.test('imports upward, sideways and past the entries are found', async (t) => {
  const bad = [
    ['runtime/base/a.ts', "import { b } from '../memory/b.js';"],
    ['runtime/base/a.ts', "import type { B } from '../memory/b.js';"],
    ['runtime/codec/a.ts', "import {\n  b,\n  type C,\n} from '../ref/b.js';"],
    ['runtime/codec/a.ts', "export { b } from '../ref/b.js';"],
    ['runtime/codec/a.ts', "export * from '../system/b.js';"],
    ['runtime/codec/a.ts', "const b = await import('../system/b.js');"],
    ['runtime/codec/a.ts', "import '../system/b.js';"],
    ['runtime/system/a.ts', "import { b } from '../index.js';"],
    ['runtime/system/a.ts', "import { b } from '../testkit/b.js';"],
    ['runtime/system/a.ts', "import { b } from '../../actors/b.js';"],
    ['runtime/system/a.ts', "import left from 'left-pad';"],
    ['runtime/journal/a.ts', "import { b } from '../memory/b.js';"],
    ['runtime/unheard/a.ts', "import { b } from '../base/b.js';"],
    ['actors/a.ts', "import { b } from '../runtime/actor/b.js';"],
    ['bench/a.ts', "import { b } from '../runtime/index.js';"],
    ['bench/a.ts', "import { b } from 'left-pad';"],
    ['examples/a.ts', "import Benchmark from 'benchmark';"],
    ['examples/a.ts', "import { b } from '../actors/b.js';"],
  ] as const;
  for (const [path, text] of bad) t.equal(violations(path, text), 1, `${path}: ${text}`);
});

t.test('what is allowed is not found', async (t) => {
  const good = [
    ['runtime/memory/a.ts', "import { b } from '../base/b.js';\nimport { c } from './c.js';"],
    ['runtime/system/a.ts', "import { Piscina } from 'piscina';\nimport { x } from 'node:fs';"],
    ['runtime/index.ts', "export { b } from './system/b.js';\nexport * from './testkit/b.js';"],
    ['runtime/testkit/a.ts', "import { b } from '../system/b.js';"],
    ['actors/shop/a.ts', "import { b } from '../../runtime/index.js';\nimport './b.js';"],
    ['bench/deep/a.ts', "import { b } from '../rig.js';\nimport Benchmark from 'benchmark';"],
    ['examples/a.ts', "import { b } from 'troupe';\nimport { c } from 'troupe/testkit';"],
    ['runtime/base/a.ts', "// import { b } from '../memory/b.js';\n/* import '../ref/c.js'; */"],
    ['runtime/base/a.ts', "const text = `\nimport { b } from '../memory/b.js';`;"],
  ] as const;
  for (const [path, text] of good) t.equal(violations(path, text), 0, `${path}: ${text}`);
});

t.test('a cycle through two folders is found, one within a folder is not', async (t) => {
  const cycle = crossFolderCycles([
    { path: 'runtime/actor/a.ts', text: "import type { B } from '../worker/b.js';" },
    { path: 'runtime/worker/b.ts', text: "import './c.js';" },
    { path: 'runtime/worker/c.ts', text: "import { a } from '../actor/a.js';" },
    { path: 'runtime/actor/d.ts', text: "import { e } from './e.js';" },
    { path: 'runtime/actor/e.ts', text: "import { d } from './d.js';\nimport './a.js';" },
  ]);
  t.same(cycle, [['runtime/actor/a.ts', 'runtime/worker/b.ts', 'runtime/worker/c.ts']]);
});

t.test('comments, strings and patterns are not code', async (t) => {
  const text = "a('{'); // {\nb(/[{/]/g, `{\n$`); /* { */ c = x / 2; d = y / 3; {}";
  t.equal(code(text).replace(/\s+/g, ' '), 'a( ); b( , ); c = x / 2; d = y / 3; {}');
  t.equal(code(text).length, text.length);
});

t.test('functions are measured, whatever they look like; blocks and classes are not', async (t) => {
  const body = '  x();\n'.repeat(10);
  const found = (text: string): number => longFunctions({ path: 'a.ts', text }, 10).length;
  for (const head of [
    'function a(b: string): void',
    'export async function* a<T>(b: T)',
    'class A {\n  b(c = f(1)): Promise<void>',
    'const a = (b: () => void): number =>',
    'class A {\n  constructor({ b }: C)',
  ]) {
    const text = `${head} {\n${body}}\n${head.includes('class') ? '}\n' : ''}`;
    t.equal(found(text), 1, head);
    t.equal(found(text.replace('  x();\n', '').replace('  x();\n', '')), 0, `short ${head}`);
  }
  for (const head of ['if (a)', 'for (const a of b())', 'class A', 'interface A', 'const a =']) {
    t.equal(found(`${head} {\n${body}}\n`), 0, head);
  }
});

t.test('an export without its docstring is found, under whatever it hides', async (t) => {
  const found = (text: string): number => undocumentedExports({ path: 'a.ts', text }).length;
  t.equal(found('export class A {}'), 1);
  t.equal(found('/** A. */\n\nexport abstract class A {}'), 1, 'a blank line parts them');
  t.equal(found('/* A. */\nexport type A = 1;'), 1, 'a plain comment is no docstring');
  t.equal(found('// A.\nexport interface A {}'), 1);
  t.equal(found('/** A. */\nexport const A = {\n  B: 1,\n};\nexport const C = 1;'), 1);
  t.equal(found('/** A. */\nexport function a(): void {}\n\nexport async function b() {}'), 1);
  t.equal(found('/** A. */\n// biome-ignore lint/x: why\nexport type A = 1;'), 0);
  t.equal(found('/** A. */\nexport const A = 1;\nexport const B = 2;'), 0);
  t.equal(found('/** A. */\nexport const A = {\n  B: 1,\n};\nexport type A = 1;'), 0);
  t.equal(found('/**\n * A.\n */\nexport function a(b: 1): 1;\nexport function a(b: 2): 2;'), 0);
  t.equal(
    found('/** A. */\nexport const a = (b: number): number =>\n  b;\nexport const c = 1;'),
    0,
  );
});
