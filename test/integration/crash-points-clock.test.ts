import { BY_THE_CLOCK } from './crash/by-the-clock.ts';
import { testCrashPoints } from './crash/play.ts';

testCrashPoints(BY_THE_CLOCK);
