import { checkLinearizable } from 'troupe/testkit';
import { KEY, type Visitor } from './visitor.js';

/** What is left to complain about, a line each; none if the group kept its promises. */
export function complaints(
  visitors: readonly Visitor[],
  applied: ReadonlyMap<number, number>,
): string[] {
  const found: string[] = [];
  const acknowledged = visitors.flatMap((visitor) => visitor.acknowledged);
  const lost = acknowledged.filter((id) => !applied.has(id));
  if (lost.length > 0) found.push(`acknowledged and not there: ${lost.join(', ')}`);
  const doubled = [...applied].filter(([, times]) => times > 1).map(([id]) => id);
  if (doubled.length > 0) found.push(`applied more than once: ${doubled.join(', ')}`);
  const result = checkLinearizable(
    visitors.flatMap(({ history }) => history),
    KEY,
  );
  if (result.type !== 'linearizable') {
    found.push(`the history is not linearizable: ${JSON.stringify(result)}`);
  }
  return found;
}
