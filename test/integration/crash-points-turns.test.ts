import { testCrashPoints } from './crash/play.ts';
import { TURNS } from './crash/turns.ts';

testCrashPoints(TURNS);
