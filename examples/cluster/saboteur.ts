import { defineActor } from 'troupe';

/** For the story: harms the thread that it is placed on. */
export const Saboteur = defineActor<{ type: 'end-thread' } | { type: 'never-end' }>()({
  module: import.meta.url,
  name: 'Saboteur',
  init: () => null,
  handlers: {
    'end-thread': () => process.exit(1),
    'never-end'() {
      for (;;);
    },
  },
});
