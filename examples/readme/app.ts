import { ActorSystem } from 'troupe';
import { Counter } from './counter.js';

const system = await ActorSystem.start({ threads: 2 });
const counter = system.spawn(Counter, { start: 0 }, { name: 'counter', placement: 2 });

counter.tell({ type: 'inc', by: 2 });
console.log(await counter.ask({ type: 'get' })); // 2: a number, without a cast

counter.tell({ type: 'inc', by: -1 }); // the actor fails; its supervisor restarts it
counter.tell({ type: 'inc', by: 5 }); // same reference, same mailbox, new state
console.log(await counter.ask({ type: 'get' })); // 5

await system.stop();
