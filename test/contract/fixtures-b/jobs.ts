import { defineJob } from '../../../runtime/index.js';

/** Doubles a number, far from all actors. */
export const Double = defineJob({
  module: import.meta.url,
  name: 'Double',
  run: (n: number) => n * 2,
});
