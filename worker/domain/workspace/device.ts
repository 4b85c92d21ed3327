/** [S41] What a browser says of itself, as people call it. Null is what we do not recognize. */
export type Device = { browser: string | null; system: string | null };

/** The first that fits: most claim to be the ones below them as well. */
const BROWSERS = [
  [/\bEdg(?:A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Headless)?(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/\S+ (?:Mobile\/\S+ )?Safari\//, 'Safari'],
] as const;
const SYSTEMS = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/CrOS/, 'Chromebook'],
  [/Macintosh/, 'Mac'],
  [/Windows/, 'Windows'],
  [/Linux/, 'Linux'],
] as const;

const firstOf = (signs: readonly (readonly [RegExp, string])[], text: string): string | null =>
  signs.find(([sign]) => sign.test(text))?.[1] ?? null;

/** By the line that a browser sends with every call. Anybody may send another one: it is a reminder for whoever used it, and proves nothing. */
export const deviceOf = (userAgent: string): Device => ({
  browser: firstOf(BROWSERS, userAgent),
  system: firstOf(SYSTEMS, userAgent),
});
