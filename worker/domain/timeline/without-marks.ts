/** Steps and reasons name things on the page between asterisks, for whoever can set them apart; a plain line has quotation marks. */
export const withoutMarks = (text: string): string => text.replace(/\*([^*]+)\*/g, '“$1”');
