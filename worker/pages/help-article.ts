import { html, raw } from 'hono/html';
import { Marked } from 'marked';
import { foreignHost } from '#domain/page/foreign-host.ts';
import type { Article } from '../storage/articles.ts';
import { page } from './html.ts';

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * An article as its source for citations. Articles are the workspace's own text, but imported text is never quite one's own: markup
 * is shown as it was typed, pictures are named and not loaded, and links lead to web addresses only.
 */
export function helpArticlePage(article: Article, workspaceName: string, sites: readonly string[]) {
  const hosts = sites.map((site) => new URL(site).hostname);
  const siteOrigin = sites[0] ?? null;
  const marked = new Marked({
    renderer: {
      html: ({ text }) => escapeHtml(text),
      image: ({ text }) => escapeHtml(text),
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        // It points at something on the visitor's page, not at a page.
        const address = href.startsWith('#guide:') ? null : addressOf(href, siteOrigin);
        if (address === null) return words;
        // [S36] The words may say anything: where it leads stands beside them.
        const elsewhere =
          foreignHost(address, hosts) === null ? '' : ` <small>(leads to ${escapeHtml(address)})</small>`;
        return `<a href="${escapeHtml(address)}" rel="noopener noreferrer nofollow">${words}</a>${elsewhere}`;
      },
    },
  });
  const body = marked.parse(article.body, { async: false });
  return page(
    `${article.title} · ${workspaceName}`,
    html`<header><p class="quiet">${workspaceName} help</p><h1>${article.title}</h1></header>
<main>${raw(body)}</main>
<footer>Updated ${new Date(article.updatedAt).toISOString().slice(0, 10)}</footer>`,
  );
}

/** A link in an article is a page of the customer's product, or a full web address; anything else is no link. */
function addressOf(href: string, siteOrigin: string | null): string | null {
  try {
    const url = new URL(href, siteOrigin ?? 'about:blank');
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}
