import { isMostlyContext, type PasswordContext } from '#domain/workspace/password.ts';

/** [S40] Why a password of the right length is not taken, for whoever chose it: a sentence without its beginning, as those of fields are. Null where nothing stands against it. */
export async function passwordProblem(password: string, context: PasswordContext): Promise<string | null> {
  if (isMostlyContext(password, context))
    return 'is little more than your name, your address, the workspace or Baton; whoever guesses begins with those';
  const { isCommonPassword } = await import('./common-passwords.ts');
  return isCommonPassword(password) ? 'is in lists of leaked passwords, and among the first that are tried' : null;
}
