// Loaded when somebody chooses a password: it is half a megabyte of text.
import { dictionary } from '@zxcvbn-ts/language-common';
import { MIN_PASSWORD_CHARS } from '#domain/workspace/password.ts';

/** Those of the list that could be chosen at all. It is exact: none is in it by chance. */
const COMMON: ReadonlySet<string> = new Set(
  dictionary['passwords-common'].filter((one) => one.length >= MIN_PASSWORD_CHARS),
);
export const HOW_MANY = COMMON.size;

/** [S40] Whether it is among those that have leaked most often, however its letters are written. */
export const isCommonPassword = (password: string): boolean => COMMON.has(password.toLowerCase());
