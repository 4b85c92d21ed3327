import type { HiddenKind, RedactionReceipt } from '#domain/redaction/receipt.ts';

const WORDS: Record<HiddenKind, string> = {
  masked: 'What was typed, chosen or marked as private',
  card: 'Card numbers',
  iban: 'Bank accounts',
  secret: 'Passwords and keys',
  email: 'E-mail addresses',
  number: 'Long numbers',
};

/** A receipt in lines for people: what stands in the recording only as a mark, and how often. */
export const describeReceipt = ({ hidden }: Pick<RedactionReceipt, 'hidden'>): string[] =>
  (Object.keys(WORDS) as HiddenKind[]).flatMap((kind) =>
    hidden[kind] ? [`${WORDS[kind]}: hidden ${hidden[kind]}×`] : [],
  );
