/** What was asked has not answered in time. It may still be done over there: whoever asks again asks for something that counts once. */
export class Late extends Error {}

/** What `work` comes to, if it does so within `ms`; otherwise throws `Late`, and whatever comes of it afterwards is nobody's. */
export async function within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
  let timer: number | null = null;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late(`${what} did not answer within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
