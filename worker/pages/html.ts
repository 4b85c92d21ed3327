import { html, raw } from 'hono/html';

type Html = ReturnType<typeof html>;

/** The look of the plain pages (start, API, help articles). One file, hashed into their policy. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --paper: light-dark(#fff, #15191a); --raised: light-dark(#f4f6f5, #1f2526);
  --ink: light-dark(#17201f, #e8eeec); --quiet: light-dark(#586563, #9badaa); --line: light-dark(#dfe5e3, #2e3738);
  --accent: light-dark(#0b6456, #63cdb8); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
main, header, footer { max-width: 760px; margin: 0 auto; padding: 0 20px; }
main.wide { max-width: 980px; }
header { padding-top: 48px; }
footer { padding: 40px 20px; color: var(--quiet); font-size: 13px; }
h1 { font-size: 28px; line-height: 1.25; margin: 0 0 8px; letter-spacing: -0.01em; }
h2 { font-size: 17px; margin: 36px 0 8px; }
h3 { font-size: 15px; margin: 24px 0 4px; }
p { margin: 0 0 12px; } .lead { color: var(--quiet); font-size: 17px; }
a { color: var(--accent); text-underline-offset: 3px; } a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { background: var(--raised); padding: 1px 4px; border-radius: 4px; }
pre { background: var(--raised); padding: 12px 14px; border-radius: 8px; overflow-x: auto; } pre code { padding: 0; background: none; }
ol.steps { padding: 0; margin: 16px 0; list-style: none; counter-reset: step; }
ol.steps > li { counter-increment: step; padding: 14px 0 14px 44px; position: relative; border-top: 1px solid var(--line); }
ol.steps > li::before { content: counter(step); position: absolute; left: 0; top: 14px; width: 26px; height: 26px; border: 1px solid var(--line);
  border-radius: 50%; display: grid; place-items: center; font-size: 13px; color: var(--quiet); }
table { border-collapse: collapse; width: 100%; font-size: 14px; } th, td { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--quiet); font-weight: 500; }
details { border-top: 1px solid var(--line); } details > summary { cursor: pointer; padding: 10px 0; } details > div { padding: 0 0 16px; }
.method { display: inline-block; min-width: 44px; font-weight: 600; color: var(--accent); } .quiet { color: var(--quiet); }
`;

/** A whole document. `body` is escaped by `html` where it was made. */
export const page = (title: string, body: Html | Promise<Html>): Html | Promise<Html> => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(PAGE_STYLE)}</style>
</head>
<body>
${body}
</body>
</html>`;
