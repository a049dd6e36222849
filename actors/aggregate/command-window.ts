import type { Journal, Put, ScanRange, TableEntry } from '../../runtime/index.js';
import { COMMAND_TABLE, type CommandRecord } from './command-record.js';

/** The table of the order in which the commands of a scope were executed, where they are not kept for ever. */
export const ORDER_TABLE = 'aggregate.command-order';

/** Looked at beyond those that are written: more than one transaction adds, so that a smaller window is reached. */
const SLACK_COUNT = 16;

/** Digits of a place, enough for every safe integer. */
const PLACE_DIGITS = 16;

/** How long commands are remembered. */
export interface CommandWindow {
  /** Wall time; Infinity for ever. */
  readonly ms: number;
  /** The last so many of each scope; Infinity for all. */
  readonly count: number;
}

/** A command that was executed, as the order has it. */
export interface PastCommand {
  readonly place: string;
  /** Of its record. */
  readonly key: string;
  readonly atMs: number;
}

/** Both ends of the order of a scope. */
export interface CommandOrder {
  /** Number of the newest; 0 if there is none. */
  readonly newest: number;
  /** The oldest ones first. */
  readonly oldest: readonly PastCommand[];
}

/** Of a scope without commands, or one that keeps them for ever. */
export const NO_ORDER: CommandOrder = { newest: 0, oldest: [] };

/** A number as a place: as text they are in the order of the numbers. */
export function placeOf(number: number): string {
  return String(number).padStart(PLACE_DIGITS, '0');
}

/** Where both ends of the order of a scope are. @param count commands that are about to be written */
export function orderRanges(scope: string, count: number): readonly [ScanRange, ScanRange] {
  const prefix = prefixOf(scope);
  const range = { from: prefix, to: `${prefix}:` };
  return [
    { ...range, limit: count + SLACK_COUNT },
    { ...range, limit: 1, backward: true },
  ];
}

/** Both ends of the order of a scope, of what its ranges hold. */
export function orderOf(
  scope: string,
  oldest: readonly TableEntry[],
  newest: readonly TableEntry[],
): CommandOrder {
  const { length } = prefixOf(scope);
  const last = newest[0];
  return {
    newest: last === undefined ? 0 : Number(last.key.slice(length)),
    oldest: oldest.map(({ key, value }) => {
      const past = value as Omit<PastCommand, 'place'>;
      return { key: past.key, atMs: past.atMs, place: key.slice(length) };
    }),
  };
}

/** Reads both ends of the order of a scope. @param count commands that are about to be written */
export async function readOrder(
  journal: Journal,
  scope: string,
  count: number,
): Promise<CommandOrder> {
  const ranges = orderRanges(scope, count);
  const [oldest, newest] = await Promise.all(
    ranges.map((range) => journal.scan(ORDER_TABLE, range)),
  );
  return orderOf(scope, oldest!, newest!);
}

/** True for a command that is outside the window; one that was executed while there was none never is. */
export function isForgotten(
  command: Pick<CommandRecord, 'place' | 'atMs'>,
  window: CommandWindow | null,
  newest: number,
  nowMs: number,
): boolean {
  if (window === null || command.place === '') return false;
  return command.atMs + window.ms <= nowMs || Number(command.place) + window.count <= newest;
}

/** What puts a command at its place, and takes the forgotten one with the same id from its own. */
export function orderPuts(
  scope: string,
  key: string,
  { place, atMs }: CommandRecord,
  replaced: CommandRecord | undefined,
): Put[] {
  const puts: Put[] = [];
  if (place !== '') {
    const at = prefixOf(scope) + place;
    puts.push({ table: ORDER_TABLE, key: at, value: { key, atMs }, expected: 'absent' });
  }
  if (replaced !== undefined && replaced.place !== '') puts.push(removal(scope, replaced.place));
  return puts;
}

/**
 * What deletes the oldest commands as far as they are outside the window. Refused by the store when one of them was
 * executed again meanwhile.
 * @param rewritten keys of records that the same transaction writes
 */
export function forgetPuts(
  scope: string,
  { oldest }: CommandOrder,
  isOut: (command: PastCommand) => boolean,
  rewritten: readonly string[],
): Put[] {
  const puts: Put[] = [];
  for (const command of oldest) {
    if (rewritten.includes(command.key)) continue;
    if (!isOut(command)) break;
    puts.push(removal(scope, command.place));
    puts.push({ table: COMMAND_TABLE, key: command.key, value: undefined });
  }
  return puts;
}

function removal(scope: string, place: string): Put {
  const key = prefixOf(scope) + place;
  return { table: ORDER_TABLE, key, value: undefined, expected: 'present' };
}

/** No prefix of a scope begins with that of another: its length comes first. */
function prefixOf(scope: string): string {
  return `${scope.length}:${scope}#`;
}
