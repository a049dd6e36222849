import { checkLinearizable, type Operation, type SequentialModel } from 'troupe/testkit';
import type { SettingUse } from './load/customer.js';
import type { Setting } from './settings.js';

/** A use of a setting: the value that is set, or null to read. */
type Use = Operation<string | null, Setting | null>;

/** What a setting is to one who is alone with it. */
function settingFrom(version: number): SequentialModel<Setting, string | null, Setting | null> {
  return {
    initial: { value: null, version },
    apply(state, value) {
      const after = value === null ? state : { value, version: state.version + 1 };
      return [after, after];
    },
    keyOf: ({ value, version: at }) => `${at} ${value}`,
  };
}

/**
 * Whether there is an order of all uses of one setting that explains what was seen. The first of them was over
 * before the others began; each value is set by one of them.
 */
export function orderOf(uses: readonly SettingUse[]) {
  const placed = places(uses);
  const history = uses.map(
    (use): Use => ({
      key: use.setting,
      input: use.value,
      begin: use.beganMs,
      end: use.endedMs,
      output: use.answer,
      hint: placed.get(use) ?? Number.POSITIVE_INFINITY,
    }),
  );
  return checkLinearizable(history, settingFrom((uses[0]?.answer?.version ?? 1) - 1)).type;
}

/**
 * Where uses took effect, as far as can be seen: by the version that was answered, or read by somebody else. Versions
 * that nobody saw were made by those without an answer, most likely in their order. It makes the search short,
 * and decides nothing.
 */
function places(uses: readonly SettingUse[]): ReadonlyMap<SettingUse, number> {
  const versions = new Map<string | null, number>();
  for (const { answer } of uses) if (answer !== null) versions.set(answer.value, answer.version);
  const found = new Map<SettingUse, number>();
  const unseen: SettingUse[] = [];
  for (const use of uses) {
    const version = use.answer?.version ?? versions.get(use.value);
    if (use.value === null) found.set(use, (version ?? 0) + 0.5);
    else if (version === undefined) unseen.push(use);
    else found.set(use, version);
  }
  unseen.sort((one, other) => other.beganMs - one.beganMs);
  const seen = [...new Set(versions.values())].sort((one, other) => one - other);
  for (const [i, version] of seen.entries()) {
    for (let gap = (seen[i - 1] ?? version) + 1; gap < version; gap++) {
      const use = unseen.pop();
      if (use !== undefined) found.set(use, gap);
    }
  }
  return found;
}
