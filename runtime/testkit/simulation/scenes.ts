import type { Dice } from './dice.js';
import type { Scene, SceneMaker } from './scene.js';
import * as deaths from './scenes-of-deaths.js';
import * as turns from './scenes-of-turns.js';

/** All scenes. */
export const SCENES: readonly SceneMaker[] = [...Object.values(turns), ...Object.values(deaths)];

/** Some scene. */
export function someScene(dice: Dice): Scene {
  return dice.pick(SCENES)(dice);
}
