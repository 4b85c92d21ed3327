/** `--name value` and `--name` of a command line. Throws on a name that is not among `known`, so that a typing error measures nothing. */
export function readFlags<Name extends string>(
  args: readonly string[],
  known: readonly Name[],
): Partial<Record<Name, string>> {
  const flags: Partial<Record<Name, string>> = {};
  for (let i = 0; i < args.length; i += 1) {
    const name = args[i]?.replace(/^--/, '') as Name;
    if (!args[i]?.startsWith('--') || !known.includes(name)) {
      throw new Error(`${args[i]}? Flags: ${known.map((one) => `--${one}`).join(', ')}`);
    }
    const value = args[i + 1];
    const hasValue = value !== undefined && !value.startsWith('--');
    flags[name] = hasValue ? value : '';
    if (hasValue) i += 1;
  }
  return flags;
}

/** A whole number above zero, or what is taken without it. */
export function countOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`${text || 'nothing'} is no count`);
  return count;
}
