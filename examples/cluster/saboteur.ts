import { defineActor } from 'troupe';

/** For the story: a handler that holds its thread for ever. */
export const Saboteur = defineActor<{ type: 'never-end' }>()({
  module: import.meta.url,
  name: 'Saboteur',
  init: () => null,
  handlers: {
    'never-end'() {
      for (;;);
    },
  },
});
