import { TroupeError } from '../../runtime/index.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Leap days come again within eight years. */
const MAX_DAYS = 8 * 366;

/** The fields of an expression, in order, with their bounds. */
const FIELDS = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12 },
  { name: 'day of the week', min: 0, max: 7 },
] as const;

/** A cron expression, taken apart: for each field the numbers that match. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Both are restricted: a day matches when either does (crontab(5)). */
  readonly isEither: boolean;
}

/**
 * Reads an expression of five fields: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday). A
 * field is `*`, a number, a range `a-b`, with a step `/n`, or a list of those. Times are UTC.
 * @throws {TroupeError} ERR_OPTION for a field that is malformed
 */
export function parseCron(text: string): Cron {
  const parts = typeof text === 'string' ? text.trim().split(/\s+/) : [];
  if (parts.length !== FIELDS.length) throw malformed(text, `has ${parts.length} fields, not 5`);
  const [minutes, hours, days, months, weekdays] = parts.map((part, i) => {
    const { name, min, max } = FIELDS[i]!;
    return parseField(text, part, name, min, max);
  }) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  if (weekdays.delete(7)) weekdays.add(0);
  const isEither = !parts[2]!.startsWith('*') && !parts[4]!.startsWith('*');
  return { minutes, hours, days, months, weekdays, isEither };
}

/**
 * The next moment after one, both in milliseconds since 1970.
 * @returns undefined when there is none, as on the 31st of February
 */
export function nextCron(cron: Cron, afterMs: number): number | undefined {
  const firstMs = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS;
  let dayMs = Math.floor(firstMs / DAY_MS) * DAY_MS;
  for (let day = 0; day < MAX_DAYS; day++, dayMs += DAY_MS) {
    if (!matchesDay(cron, new Date(dayMs))) continue;
    for (const hour of sorted(cron.hours)) {
      for (const minute of sorted(cron.minutes)) {
        const atMs = dayMs + (hour * 60 + minute) * MINUTE_MS;
        if (atMs >= firstMs) return atMs;
      }
    }
  }
  return undefined;
}

function matchesDay(cron: Cron, date: Date): boolean {
  if (!cron.months.has(date.getUTCMonth() + 1)) return false;
  const isDay = cron.days.has(date.getUTCDate());
  const isWeekday = cron.weekdays.has(date.getUTCDay());
  return cron.isEither ? isDay || isWeekday : isDay && isWeekday;
}

function sorted(numbers: ReadonlySet<number>): number[] {
  return [...numbers].sort((a, b) => a - b);
}

function parseField(
  text: string,
  field: string,
  name: string,
  min: number,
  max: number,
): Set<number> {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (match === null) throw malformed(text, `has '${part}' as ${name}`);
    const [, first, second, stepText] = match;
    const from = first === undefined ? min : Number(first);
    const isOpen = first === undefined || (second === undefined && stepText !== undefined);
    const to = isOpen ? max : Number(second ?? first);
    const step = stepText === undefined ? 1 : Number(stepText);
    if (from < min || to > max || from > to || step === 0) {
      throw malformed(text, `has '${part}' as ${name}, which goes from ${min} to ${max}`);
    }
    for (let n = from; n <= to; n += step) found.add(n);
  }
  return found;
}

function malformed(text: unknown, what: string): TroupeError {
  return new TroupeError('ERR_OPTION', {
    what: `the cron expression '${String(text).slice(0, 80)}' ${what}`,
    mend: "use five fields, such as '*/5 8-18 * * 1-5'; times are UTC",
  });
}
