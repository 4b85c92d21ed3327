const MAX_CHARS = 40;

/** What triggers and routes call a queue of this name: letters of the alphabet, digits and hyphens, and none of those that are `taken`. */
export function slugOf(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_CHARS)
    .replace(/^-+|-+$/g, '');
  const slug = plain === '' ? 'queue' : plain;
  if (!taken.includes(slug)) return slug;
  for (let n = 2; ; n += 1) if (!taken.includes(`${slug}-${n}`)) return `${slug}-${n}`;
}
