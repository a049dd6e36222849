import { type Bench, countOf, type Scale, type Subject } from '../harness.js';
import { FloorSubject } from './floor-subject.js';
import { benchOf, FLOORS, type FloorTable, floorName, LOCAL_STEPS, subjectOf } from './floors.js';

/** Ours beside its floor, and the floor with its steps, all in one run. */
export function floorBench(name: string, own: Bench): Bench {
  return {
    contests: (scale) => {
      const contest = own.contests(scale).find(({ bench }) => bench === benchOf(name))!;
      const troupe = contest.subjects.find((subject) => subject.name === subjectOf(name))!;
      return [{ bench: floorName(name), subjects: [troupe, ...floorsOf(FLOORS[name]!, scale)] }];
    },
  };
}

function floorsOf(table: FloorTable, scale: Scale): readonly Subject[] {
  const { program, work, threads, counts, unit, steps, localFrom } = table;
  const isLocal = program === 'local';
  return ['floor', ...steps].map((title, step) => {
    const keepsAll = localFrom !== undefined && step >= localFrom;
    const localStep = isLocal ? step : keepsAll ? LOCAL_STEPS.length : 0;
    const count = countOf(scale, ...counts);
    const name = step === 0 ? title : `+${title}`;
    return new FloorSubject({ name, program, work, step, localStep, threads, count, unit });
  });
}
