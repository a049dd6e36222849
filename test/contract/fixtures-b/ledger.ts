import { defineActor, type Request } from '../../../runtime/index.js';

export type LedgerMessage =
  | Request<{ type: 'write'; line: string }, null>
  | Request<{ type: 'read' }, string[]>;

/** One place on one thread where lines are put in the order in which things happened. */
export const Ledger = defineActor<LedgerMessage>()({
  module: import.meta.url,
  name: 'Ledger',
  init: (): string[] => [],
  handlers: {
    write: (lines, { line }) => {
      lines.push(line);
      return null;
    },
    read: (lines) => [...lines],
  },
});
