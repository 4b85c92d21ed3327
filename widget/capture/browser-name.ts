/** In this order: each of the later ones also names itself after an earlier. */
const BROWSERS: readonly [name: string, version: RegExp][] = [
  ['Edge', /Edg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /OPR\/(\d+)/],
  ['Samsung Internet', /SamsungBrowser\/(\d+)/],
  ['Firefox', /(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /(?:Chrome|CriOS)\/(\d+)/],
  ['Safari', /Version\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari\//],
];

/** "Firefox 145": the name and major version, which is what reproducing a fault needs, and too little to follow anybody. */
export function browserName(userAgent: string): string {
  for (const [name, version] of BROWSERS) {
    const major = version.exec(userAgent)?.[1];
    if (major !== undefined) return `${name} ${major}`;
  }
  return 'Unknown browser';
}
