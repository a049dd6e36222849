import t from 'tap';
import { isVersion, versionRange } from '#actors/registry/version-range.js';

const CASES: readonly (readonly [range: string, inside: string, outside: string])[] = [
  ['1.2.3', '1.2.3 1.2.3+build', '1.2.4 1.2.3-rc.1'],
  ['*', '0.0.0 9.9.9', ''],
  ['1', '1.0.0 1.9.9', '2.0.0 0.9.9 2.0.0-rc.1'],
  ['1.x', '1.0.0 1.9.9', '2.0.0'],
  ['1.2', '1.2.0 1.2.9', '1.3.0 1.1.9'],
  ['^1.2.3', '1.2.3 1.9.0', '1.2.2 2.0.0 2.0.0-alpha'],
  ['^0.2.3', '0.2.3 0.2.9', '0.3.0 0.2.2'],
  ['^0.0.3', '0.0.3', '0.0.4 0.0.2'],
  ['^0.1', '0.1.0 0.1.9', '0.2.0 0.0.9'],
  ['~1.2.3', '1.2.3 1.2.9', '1.3.0 1.2.2'],
  ['~1', '1.0.0 1.9.0', '2.0.0'],
  ['>=1.2 <3', '1.2.0 2.9.9', '1.1.9 3.0.0'],
  ['>1.2', '1.3.0 2.0.0', '1.2.0 1.2.9'],
  ['<=1.2', '1.2.9 0.0.1', '1.3.0'],
  ['>1.2.3', '1.2.4', '1.2.3 1.2.3-rc.1'],
  ['<=1.2.3', '1.2.3 1.2.3-rc.1', '1.2.4'],
  ['1.x || >=3.1', '1.5.0 3.1.0 4.0.0', '2.0.0 3.0.9'],
  ['>=1.0.0-alpha.2', '1.0.0-alpha.2 1.0.0-alpha.10 1.0.0-beta 1.0.0', '1.0.0-alpha.1 1.0.0-1'],
];

t.test('a version lies in a range or does not, as with npm', async (t) => {
  for (const [text, inside, outside] of CASES) {
    const range = versionRange(text);
    for (const version of inside.split(' ').filter(Boolean))
      t.ok(range?.(version), `${version} in ${text}`);
    for (const version of outside.split(' ').filter(Boolean)) {
      t.notOk(range?.(version), `${version} not in ${text}`);
    }
  }
});

t.test('what is no version lies in no range, and what is no range is undefined', async (t) => {
  for (const text of ['', '1', '1.2', 'x', '1.2.3.4', '01.2.3-', '1.2.-3'])
    t.notOk(isVersion(text), text);
  t.notOk(versionRange('*')?.(undefined));
  t.notOk(versionRange('*')?.('1.2'));
  for (const text of ['foo', '1.2.3.4', '>>1', '1..2', '^^1', '1 | 2'])
    t.equal(versionRange(text), undefined, text);
});
