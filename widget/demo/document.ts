export type Embed = { batonOrigin: string; workspaceKey: string };

/**
 * A policy as strict as a careful customer writes it. Nothing is inline without a nonce, nothing is evaluated, and no
 * string becomes script: whatever is embedded here has to live with that.
 */
export function contentSecurityPolicy(nonce: string, batonOrigin: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${batonOrigin} ${batonOrigin.replace(/^http/, 'ws')}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The one document; the routes are drawn in the browser. */
export function renderDocument(nonce: string, { batonOrigin, workspaceKey }: Embed): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="Ledgerline: invoicing and billing analytics for subscription companies">
<title>Ledgerline</title>
<link rel="icon" href="/site/logo.svg" type="image/svg+xml">
<link rel="stylesheet" href="/site/styles.css">
<script nonce="${nonce}">window.Baton = window.Baton || function () { (Baton.q = Baton.q || []).push(arguments); };</script>
<script nonce="${nonce}" async src="${escapeAttribute(batonOrigin)}/baton.js" data-workspace="${escapeAttribute(workspaceKey)}"></script>
<script nonce="${nonce}" type="module" src="/site/app.js"></script>
</head>
<body>
<a class="skip-link" href="#main">Skip to content</a>
<div id="app"></div>
<noscript><p class="noscript">Ledgerline needs JavaScript to show your figures.</p></noscript>
</body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
