import { ASKED_FOR } from './crash/asked-for.ts';
import { testCrashPoints } from './crash/play.ts';

testCrashPoints(ASKED_FOR);
