import { BESIDE } from './crash/beside.ts';
import { testCrashPoints } from './crash/play.ts';

testCrashPoints(BESIDE);
