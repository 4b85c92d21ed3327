/**
 * Whose words an element holds. Read by the page before anything leaves it, and once more on arrival, where nobody knows what made the recording.
 */

/** What stands for what it hides. Fixed, so that not even the length of that is told. */
export const MASK = '••••';

type Attributes = Readonly<Record<string, unknown>>;

/**
 * Choices and what was typed, figures in a picture, the title of a document or of one of those, and what is there instead of something that is not
 * shown. However deep below them.
 */
const WRITTEN =
  /^(?:textarea|select|option|optgroup|datalist|svg|text|tspan|textpath|title|desc|metadata|object|video|audio|canvas|map)$/;
/** A role is one of several, in any case. */
const TYPED_ROLE = /(?:^|\s)(?:textbox|searchbox|combobox|spinbutton)(?!\S)/i;
/** What is asked for there is nobody's business, whatever the host allows. */
const SECRET_TYPES = /^(?:password|hidden)$/i;
const SECRET_FIELD = /\b(?:cc-[a-z-]+|one-time-code|(?:current|new)-password)\b/i;

export const UNMASK = 'data-baton-unmask';
/** After a change of one of these an element may be something else. */
export const TELLING = [
  'type',
  'contenteditable',
  'data-private',
  'class',
  'role',
  'aria-multiline',
  'autocomplete',
  UNMASK,
] as const;

const says = (attributes: Attributes, name: string): boolean => (attributes[name] ?? null) !== null;

/** Its words are nobody's own by its name alone. Tags in lower case. */
export const isWrittenTag = (tag: string): boolean => WRITTEN.test(tag);

/** A person types there, into something of the page's own. */
export const isTypedInto = (attributes: Attributes): boolean =>
  (says(attributes, 'contenteditable') && !/^false$/i.test(String(attributes.contenteditable))) ||
  says(attributes, 'aria-multiline') ||
  TYPED_ROLE.test(String(attributes.role));

/** Private by the host's word, or asking for a secret. */
export const saysPrivate = (attributes: Attributes): boolean =>
  says(attributes, 'data-private') ||
  / rr-mask /.test(` ${attributes.class ?? ''} `) ||
  SECRET_TYPES.test(String(attributes.type)) ||
  SECRET_FIELD.test(String(attributes.autocomplete));

/** The host said that its words may be shown. Private is private all the same. */
export const isUnmasked = (attributes: Attributes): boolean => says(attributes, UNMASK);

/*
 * On arrival a tree is read from the top, and what an element makes of all that is below it is a number: the flags are inherited, and private
 * is private under whatever stands between.
 */
const TYPED = 1;
const UNMASKED = 2;
const PRIVATE = 4;
export const OPEN_GROUND = 0;

export const belowElement = (tag: string, attributes: Attributes, above: number): number =>
  above |
  (isWrittenTag(tag) || isTypedInto(attributes) ? TYPED : 0) |
  (isUnmasked(attributes) ? UNMASKED : 0) |
  (saysPrivate(attributes) ? PRIVATE : 0);

/** Nothing that is said in words there is shown. */
export const isHidden = (ground: number): boolean =>
  (ground & PRIVATE) !== 0 || (ground & (TYPED | UNMASKED)) === TYPED;

/** White space is no word: without it lines would run into each other. */
export const wordsHidden = (text: string, ground: number): string =>
  isHidden(ground) && text.trim() !== '' ? MASK : text;

export const WRITTEN_RULES: readonly unknown[] = [WRITTEN, TYPED_ROLE, SECRET_TYPES, SECRET_FIELD, TELLING];
