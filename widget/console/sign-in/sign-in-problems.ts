export type SignInProblems = { email: string | null; password: string | null };
export const NO_PROBLEMS: SignInProblems = { email: null, password: null };

/** Only what could never be right: whether it is right, the server knows. */
export const signInProblems = (email: string, password: string): SignInProblems => ({
  email: /^[^\s@]+@[^\s@]+$/.test(email.trim()) ? null : 'This is not an e-mail address.',
  password: password === '' ? 'Enter your password.' : null,
});
