import t from 'tap';
import { FLOOR_NAMES } from '../../bench/floors/floors.js';
import { parseOptions } from '../../bench/options.js';
import { BENCH_NAMES } from '../../bench/registry.js';

t.test('without arguments all benches run five rounds and nothing is written', async (t) => {
  t.same(parseOptions([]), {
    kind: 'run',
    names: BENCH_NAMES,
    json: false,
    runs: 5,
    smoke: false,
    peers: false,
    floors: false,
    report: undefined,
  });
});

t.test('names and options of a run are understood in any order', async (t) => {
  const args = [
    'ring',
    '--peers',
    '--report',
    '--runs',
    '7',
    'spawn',
    '--anchors',
    'a',
    '--out',
    'o',
  ];
  t.same(parseOptions(args), {
    kind: 'run',
    names: ['ring', 'spawn'],
    json: false,
    runs: 7,
    smoke: false,
    peers: true,
    floors: false,
    report: { out: 'o', anchors: 'a' },
  });
});

t.test('floors are those of the benches named, or all there are', async (t) => {
  const names = (...args: string[]): unknown => {
    const command = parseOptions(args);
    return command.kind === 'run' && command.floors && command.names;
  };
  t.same(names('--floors'), FLOOR_NAMES);
  t.same(names('--floors', 'ring', 'floor-spawn', 'skynet'), [
    'floor-ring',
    'floor-spawn',
    'skynet',
  ]);
  t.ok(FLOOR_NAMES.every((name) => BENCH_NAMES.includes(name)));
});

t.test('a smoke run has one round unless more are asked for', async (t) => {
  const runs = (...args: string[]): unknown => {
    const command = parseOptions(args);
    return command.kind === 'run' && command.runs;
  };
  t.equal(runs('--smoke'), 1);
  t.equal(runs('--smoke', '--runs', '2'), 2);
});

t.test('a report can be made of a file, and two files compared', async (t) => {
  t.same(parseOptions(['--report', '--from', 'x.json']), {
    kind: 'render',
    from: 'x.json',
    report: { out: undefined, anchors: undefined },
  });
  t.same(parseOptions(['--compare', 'a.json', 'b.json']), {
    kind: 'compare',
    before: 'a.json',
    after: 'b.json',
  });
});

t.test('what makes no sense is refused with a reason', async (t) => {
  for (const [args, message] of [
    [['no-such'], 'no bench is called no-such'],
    [['--runs', '0'], '--runs 0: not a count'],
    [['--runs', '1.5'], '--runs 1.5: not a count'],
    [['--out', 'x'], '--out and --anchors are for --report'],
    [['--anchors', 'x'], '--out and --anchors are for --report'],
    [['--compare', 'a'], '--compare takes two files, the old one first'],
    [['--compare', 'a', 'b', 'c'], '--compare takes two files, the old one first'],
    [['--compare', 'a', 'b', '--smoke'], '--smoke does not go with --compare'],
    [['--from', 'a', '--peers'], '--peers does not go with --from'],
    [['--from', 'a', 'ring'], '--from runs nothing, so not ring'],
    [['--no-such'], /Unknown option '--no-such'/],
  ] as const) {
    t.throws(() => parseOptions(args), { message }, args.join(' '));
  }
});
