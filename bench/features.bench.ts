import type { FeatureName } from './feature-names.js';
import { FeatureSubject } from './feature-subject.js';
import { FEATURES } from './feature-table.js';
import { type Bench, countOf } from './harness.js';

/** What a feature costs: the same tells with it and without it. */
export function featureBench(name: FeatureName): Bench {
  return {
    contests: (scale) => {
      const { off, on } = FEATURES[name];
      const count = countOf(scale, 2_000_000, 10_000);
      const without = new FeatureSubject('off', off, count, undefined);
      const withIt = new FeatureSubject('on', on, count, without);
      return [{ bench: `features.${name}`, subjects: [without, withIt] }];
    },
  };
}
