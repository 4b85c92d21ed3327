import { type ImportedDocument, MAX_DOCUMENT_CHARS } from '#protocol/articles.ts';
import { askPlainly } from '../../outward.ts';

const TIMEOUT_MS = 5000;

/** A page as a document, a sitemap as the addresses in it, or why it is neither. */
export type Fetched = { document: ImportedDocument } | { addresses: string[] } | { refused: string };

/**
 * [G29] Fetches a page of the workspace's own sites: `origins` exactly, and https pages of their hosts and below. A redirect is not followed, nothing is sent along, and what is
 * too large or too slow is given up.
 */
export async function fetchDocument(address: string, origins: readonly string[]): Promise<Fetched> {
  if (!isOwn(address, origins)) return { refused: 'It is on none of the workspace’s own sites (its allowed origins).' };
  try {
    const headers = { accept: 'text/html, text/markdown;q=0.9, text/plain;q=0.8, application/xml;q=0.7' };
    return await askPlainly(address, { headers }, TIMEOUT_MS, (response) => documentIn(address, response));
  } catch (cause) {
    return {
      refused:
        cause instanceof DOMException && cause.name === 'TimeoutError'
          ? 'The site took longer than 5 seconds.'
          : 'The site could not be reached.',
    };
  }
}

async function documentIn(address: string, response: Response): Promise<Fetched> {
  if (response.status >= 300 && response.status < 400)
    return { refused: `It leads elsewhere (${response.status}); name the page that it leads to.` };
  if (!response.ok) return { refused: `The site answers ${response.status}.` };
  const type = response.headers.get('content-type') ?? '';
  const text = await readText(response);
  if (text === null) return { refused: `It is longer than ${MAX_DOCUMENT_CHARS} characters.` };
  if (/xml/i.test(type) && !/html/i.test(type)) return { addresses: addressesIn(text) };
  if (/html/i.test(type)) return { document: { name: address, type: 'html', text } };
  if (/^text\/(?:markdown|x-markdown|plain)/i.test(type))
    return { document: { name: address, type: 'markdown', text } };
  return { refused: `It is neither a page nor a text (${type.slice(0, 60) || 'no type'}).` };
}

function isOwn(address: string, origins: readonly string[]): boolean {
  const url = new URL(address);
  // The origin of a `blob:` is that of whoever made it.
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return false;
  if (origins.includes(url.origin)) return true;
  return (
    url.protocol === 'https:' &&
    url.port === '' &&
    origins.some((origin) => {
      const { hostname, protocol } = new URL(origin);
      return protocol === 'https:' && (url.hostname === hostname || url.hostname.endsWith(`.${hostname}`));
    })
  );
}

async function readText(response: Response): Promise<string | null> {
  if (response.body === null) return '';
  let text = '';
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.length > MAX_DOCUMENT_CHARS) return null;
  }
  return text;
}

/** `<loc>` of a sitemap, each once. */
const addressesIn = (xml: string): string[] => [
  ...new Set(
    [...xml.matchAll(/<loc>\s*([^<\s]{1,2000})\s*<\/loc>/gi)].flatMap(([, loc]) => {
      const address = (loc as string).replaceAll('&amp;', '&');
      return URL.canParse(address) ? [address] : [];
    }),
  ),
];
