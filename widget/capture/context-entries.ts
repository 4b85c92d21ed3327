import { CONTEXT_ENTRY_TYPES, type ContextEntry } from '#domain/page/page.ts';
import { redactText } from '#domain/redaction/redact.ts';
import { json } from '../kit/natives.ts';

const MAX_ENTRIES = 40;
/** All entries travel in every page update, and a frame holds 64 KB. */
const MAX_TOTAL_CHARS = 16_000;
const MAX_LABEL_CHARS = 200;
const MAX_TEXT_CHARS = 1000;
const MAX_LIST_ITEMS = 50;
const KEY = /^[A-Za-z0-9_.-]{1,64}$/;

/** The host's facts, as the wire wants them; the sentence says what is wrong with one that the wire would refuse. */
export function readContextEntry(key: unknown, value: unknown): ContextEntry | string {
  if (typeof key !== 'string' || !KEY.test(key))
    return 'a key has 1 to 64 letters, digits, dots, dashes or underscores';
  if (typeof value !== 'object' || value === null) return 'the second argument is { label, type, value }';
  const given = value as Record<string, unknown>;
  const type = CONTEXT_ENTRY_TYPES.find((known) => known === given.type);
  if (type === undefined) return `type is one of ${CONTEXT_ENTRY_TYPES.join(', ')}`;
  if (typeof given.label !== 'string' || given.label.length > MAX_LABEL_CHARS)
    return `label is a text of at most ${MAX_LABEL_CHARS} characters`;
  const fact = readFact(given.value);
  if (fact === null)
    return `value is a text of at most ${MAX_TEXT_CHARS} characters, a finite number, a boolean, or a list of at most ${MAX_LIST_ITEMS} short texts`;
  return { key, label: redactText(given.label).text, type, value: fact };
}

function readFact(value: unknown): ContextEntry['value'] | null {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string') return value.length <= MAX_TEXT_CHARS ? redactText(value).text : null;
  if (!Array.isArray(value) || value.length > MAX_LIST_ITEMS) return null;
  if (!value.every((item): item is string => typeof item === 'string' && item.length <= MAX_LABEL_CHARS)) return null;
  return value.map((item) => redactText(item).text);
}

/** Puts an entry in; the sentence says why there is no room for it. */
export function putEntry(entries: Map<string, ContextEntry>, entry: ContextEntry): string | null {
  const after = new Map(entries).set(entry.key, entry);
  if (after.size > MAX_ENTRIES) return `at most ${MAX_ENTRIES} entries`;
  if (json.stringify([...after.values()]).length > MAX_TOTAL_CHARS)
    return `all entries together have at most ${MAX_TOTAL_CHARS} characters`;
  entries.set(entry.key, entry);
  return null;
}
