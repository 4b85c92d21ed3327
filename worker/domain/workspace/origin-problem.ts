/** This machine, where nobody else listens: the only hosts that may do without TLS. */
const LOOPBACK = /^(?:localhost|[a-z0-9-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * [S10] What is wrong with a text as an allowed origin, in a plain sentence, or null. Right is what a browser sends as `Origin`, letter by letter, because it is compared
 * whole: scheme, host, and a port that is not the scheme's own.
 */
export function originProblem(text: string): string | null {
  if (text === '') return 'must not be empty';
  if (text.includes('*')) return 'is one site, without a wildcard; write each site in a line of its own';
  if (!URL.canParse(text)) return 'must be an origin such as https://app.example.com';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https://';
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    return 'must begin with https://; only this machine (localhost) may do without';
  if (url.username !== '' || url.password !== '') return 'must not have a user name in it';
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || /[/?#]$/.test(text))
    return 'must end after the host and port: no path, and no slash at the end';
  return url.origin === text ? null : `is written ${url.origin} by browsers`;
}

/** [S10] The same for a list: which of them are wrong, and which say what one above them says. */
export function originProblems(origins: readonly string[]): { index: number; message: string }[] {
  return origins.flatMap((text, index) => {
    const message = originProblem(text) ?? (origins.indexOf(text) < index ? 'stands here twice' : null);
    return message === null ? [] : [{ index, message }];
  });
}
