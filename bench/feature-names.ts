/** Features whose cost is measured: a bench `features.NAME` for each. */
export const FEATURE_NAMES = [
  'supervision-depth',
  'mailbox-reject',
  'mailbox-drop-oldest',
  'mailbox-fail',
  'mailbox-wait',
  'mailbox-priority',
  'strict',
  'checksums',
  'metrics',
  'dead-letter-events',
  'idle-level-1',
  'idle-level-10',
  'stash',
  'async-handler',
  'attribute-promises',
  'watch',
  'metered',
  'trace-context',
  'open-telemetry',
] as const;

export type FeatureName = (typeof FEATURE_NAMES)[number];
