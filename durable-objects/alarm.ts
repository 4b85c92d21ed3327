/** Sets an object's one alarm to the earliest of its deadlines, or takes it away. Answers with that deadline; null is none. */
export function setEarliestAlarm(
  storage: DurableObjectStorage,
  deadlines: readonly (number | null)[],
  now: number,
): number | null {
  const earliest = deadlines.reduce<number | null>(
    (first, at) => (at !== null && (first === null || at < first) ? at : first),
    null,
  );
  // In the past it would ring as well, but an equal time is taken for the alarm that is running.
  if (earliest === null) void storage.deleteAlarm();
  else void storage.setAlarm(Math.max(earliest, now + 1));
  return earliest;
}

/** How long ago a deadline was; 0 when it is still ahead or there is none. */
export const overdueBy = (deadline: number | null, now: number): number =>
  deadline === null ? 0 : Math.max(0, now - deadline);
