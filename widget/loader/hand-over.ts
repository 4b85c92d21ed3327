/** Something that went wrong on the page before the launcher was there. */
export type EarlyError = { at: number; message: string; source: string };

/** What the loader hands to the launcher. Kept tiny: the loader is the only part that every page pays for. */
export type HandOver = {
  origin: string;
  workspaceKey: string;
  autoBoot: boolean;
  /** Where the tag has `integrity`: settles when these parts are what they were when the tag was written, and rejects when one is not. */
  check(...parts: string[]): Promise<unknown>;
  /** Takes the calls so far and every later one. */
  takeCalls(handle: (call: unknown[]) => unknown): void;
  /** Takes the errors so far and stops the loader's own listening. */
  takeErrors(): EarlyError[];
};
