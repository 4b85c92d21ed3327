/** Where two settings differ: dotted paths in the order of the newer; lists count as one value. */
export function changedSettings(from: object, to: object, under = ''): string[] {
  return Object.entries(to).flatMap(([key, value]) => {
    const path = under === '' ? key : `${under}.${key}`;
    const before: unknown = (from as Record<string, unknown>)[key];
    if (isRecord(value) && isRecord(before)) {
      const gone = Object.keys(before).filter((name) => !(name in value));
      return [...changedSettings(before, value, path), ...gone.map((name) => `${path}.${name}`)];
    }
    return JSON.stringify(before) === JSON.stringify(value) ? [] : [path];
  });
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
