import t from 'tap';
import { until } from '../../support/turns.js';
import { Service } from './fixtures/service.js';
import { names, start } from './fixtures/start.js';

t.test('an instance that fails and registers again leaves nothing behind that fails', async (t) => {
  const { system, client } = await start(t);
  const failed: string[] = [];
  system.events.on('actor-failed', ({ kind }) => failed.push(kind));
  const args = { registry: client.ref, service: 'shop', instance: 'a' };
  const service = system.spawn(Service, args, { placement: 1 });
  await until('it is found', () => names(client, 'shop').length === 1);
  for (let incarnation = 1; incarnation <= 3; incarnation++) {
    const [before] = client.discover('shop').instances;
    service.tell({ type: 'fail' });
    t.equal(await service.ask({ type: 'incarnation' }), incarnation);
    await until('the next incarnation is found', () => {
      const [found] = client.discover('shop').instances;
      return found !== undefined && found.incarnation > before!.incarnation;
    });
  }
  // Registering on the same thread has the replica look at all that it keeps.
  await service.ask({ type: 'register', service: 'other', instance: 'b' });
  await until('the other is found', () => names(client, 'other').length === 1);
  t.same(failed, ['Service', 'Service', 'Service']);
});
