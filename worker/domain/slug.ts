/**
 * What people called something, as others may write it in an address, a rule or a file: lower-case letters of the alphabet, digits and
 * single hyphens between them, at most `maxChars`. Letters with marks lose them; nothing that can be written so is ''.
 */
export const slugOf = (name: string, maxChars: number): string =>
  name
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, maxChars)
    .replace(/-$/, '');

/** `slug`, or the first of `slug-2`, `slug-3` … that is not `taken`. */
export function freeSlug(slug: string, taken: Iterable<string>): string {
  const all = new Set(taken);
  if (!all.has(slug)) return slug;
  for (let n = 2; ; n += 1) if (!all.has(`${slug}-${n}`)) return `${slug}-${n}`;
}
