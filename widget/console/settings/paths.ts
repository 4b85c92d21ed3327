/** The value at a dotted way; null where something on the way is null. */
export const valueAt = (owner: object, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, key) => (value === null ? null : (value as Record<string, unknown>)[key]), owner);

/** Puts a value at a dotted way that is there. */
export function setAt(owner: object, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() as string;
  const inner = keys.reduce<unknown>((one, key) => (one as Record<string, unknown>)[key], owner);
  (inner as Record<string, unknown>)[last] = value;
}
