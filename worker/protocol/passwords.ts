import { z } from 'zod';
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '#domain/workspace/password.ts';

/** One that somebody chooses: any characters, exactly as they are typed. */
export const chosenPassword = z.string().min(MIN_PASSWORD_CHARS).max(MAX_PASSWORD_CHARS);

/** `POST /v1/password`: the one that is, and the one that shall be. */
export const passwordChange = z.strictObject({
  current: z.string().min(1).max(MAX_PASSWORD_CHARS),
  next: chosenPassword,
});
