/** Something that went wrong on the page before the launcher was there. */
export type EarlyError = { at: number; message: string; source: string };

/** What the loader hands to the launcher. Kept tiny: the loader is the only part that every page pays for. */
export type HandOver = {
  origin: string;
  workspaceKey: string;
  autoBoot: boolean;
  /** Takes the calls so far and every later one. */
  takeCalls(handle: (call: unknown[]) => unknown): void;
  /** Takes the errors so far and stops the loader's own listening. */
  takeErrors(): EarlyError[];
};
