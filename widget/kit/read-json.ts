import { json } from './natives.ts';
import type { Store } from './storage.ts';

/** Parses what an older version of this script may have written; anything unexpected counts as absent. */
export function readJson<T>(store: Store, key: string, isRight: (value: unknown) => value is T): T | null {
  const text = store.get(key);
  if (text === null) return null;
  try {
    const value: unknown = json.parse(text);
    return isRight(value) ? value : null;
  } catch {
    return null;
  }
}
