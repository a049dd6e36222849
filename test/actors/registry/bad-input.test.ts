import t from 'tap';
import { Balancer } from '#actors/registry/balance/balancer.js';
import type { RegistrationSpec } from '#actors/registry/index.js';
import { CompiledQuery } from '#actors/registry/query.js';
import { checkRegistration } from '#actors/registry/registration.js';
import { registryLimits } from '#actors/registry/registry-options.js';
import { assertTroupeError, thrown } from '../../support/errors.js';

const one = { service: 's', instance: 'i' };
const NOT_A_TTL = [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '5', null];

t.test('a time to live of 0, below, NaN or beyond 2^31 - 1 is refused by name', async (t) => {
  for (const ttlMs of NOT_A_TTL) {
    const error = thrown(() => checkRegistration({ ...one, ttlMs } as RegistrationSpec));
    assertTroupeError(t, error, 'ERR_OPTION', 'register.ttlMs', String(ttlMs));
    const checks = { c: { kind: 'ttl', ttlMs } };
    const other = thrown(() =>
      checkRegistration({ ...one, checks } as unknown as RegistrationSpec),
    );
    assertTroupeError(t, other, 'ERR_OPTION', 'register.checks.c.ttlMs');
  }
  t.equal(checkRegistration({ ...one, ttlMs: 2 ** 31 - 1 }).ttlMs, 2 ** 31 - 1);
  t.equal(checkRegistration({ ...one, ttlMs: 0.5 }).ttlMs, 0.5);
  t.equal(checkRegistration(one).ttlMs, undefined, 'left out: no lease');
});

t.test('every other field is checked too, and the error names it', async (t) => {
  const long = 'x'.repeat(5000);
  const cases: readonly (readonly [string, unknown])[] = [
    ['service', ''],
    ['service', undefined],
    ['service', 7],
    ['service', 'a\0b'],
    ['instance', long],
    ['instance', undefined],
    ['incarnation', -1],
    ['incarnation', 1.5],
    ['incarnation', Number.NaN],
    ['address', long],
    ['address', 5],
    ['ref', {}],
    ['tags', 'x'],
    ['tags', [undefined]],
    ['tags', Array.from({ length: 65 }, (_, i) => `${i}`)],
    ['metadata', null],
    ['metadata', { a: undefined }],
    ['metadata', { a: long }],
    ['version', '1.2'],
    ['version', 2],
    ['zone', ''],
    ['weight', -1],
    ['weight', Number.NaN],
    ['weight', 65_536],
    ['state', 'down'],
    ['checks', { c: { kind: 'psychic' } }],
    ['checks', { c: { kind: 'tcp', host: 'h', port: 0 } }],
    ['checks', { c: { kind: 'http', url: 'ftp://x' } }],
    ['checks', { c: { kind: 'reported', failures: 0 } }],
  ];
  for (const [field, value] of cases) {
    const error = thrown(() => checkRegistration({ ...one, [field]: value } as RegistrationSpec));
    assertTroupeError(t, error, 'ERR_OPTION', `register.${field}`);
  }
  for (const spec of [undefined, null, 5]) {
    assertTroupeError(
      t,
      thrown(() => checkRegistration(spec as never)),
      'ERR_OPTION',
    );
  }
});

t.test('names that are properties of every object are names like others', async (t) => {
  const { data } = checkRegistration({ service: '__proto__', instance: 'constructor' });
  t.same([data.service, data.instance], ['__proto__', 'constructor']);
});

t.test('malformed queries, limits and balancers are refused', async (t) => {
  for (const query of [{ version: 'new' }, { panic: 2 }, { panic: Number.NaN }]) {
    assertTroupeError(
      t,
      thrown(() => new CompiledQuery(query)),
      'ERR_OPTION',
      /query\./,
    );
  }
  const misspelled = [
    () => new CompiledQuery({ tag: ['red'] } as never),
    () => registryLimits({ sweepsMs: 5 } as never),
    () => new Balancer({ policies: 'round-robin' } as never),
    () => new Balancer({ ejection: { failure: 5 } as never }),
    () => checkRegistration({ service: 's', instance: 'i', ttl: 5 } as never),
  ];
  for (const make of misspelled) {
    assertTroupeError(t, thrown(make), 'ERR_OPTION', /is an unknown option/);
  }
  for (const option of [
    'sweepMs',
    'instanceCount',
    'preserveMs',
    'holdAt',
    'evictionShare',
    'lockDelayMs',
  ]) {
    const error = thrown(() => registryLimits({ [option]: Number.NaN }));
    assertTroupeError(t, error, 'ERR_OPTION', `registry.${option}`);
  }
  for (const options of [
    { policy: 'best' as never },
    { slowStartMs: -1 },
    { decayMs: 0 },
    { panic: 2 },
    { ejection: { failures: 0 } },
    { ejection: { share: Number.NaN } },
  ]) {
    assertTroupeError(
      t,
      thrown(() => new Balancer(options)),
      'ERR_OPTION',
    );
  }
});
