import type { SceneMaker } from './scene.js';
import * as deaths from './scenes-of-deaths.js';
import * as turns from './scenes-of-turns.js';

/** All scenes. The programs of even seeds begin with them, one after the other. */
export const SCENES: readonly SceneMaker[] = [...Object.values(turns), ...Object.values(deaths)];
