import { describe, expect, test } from 'vitest';
import { disarmCss } from '#domain/redaction/disarm-texts.ts';
import { isDrawnAtOnce } from '#domain/redaction/drawing.ts';
import { pngOf } from '../support/rasters.ts';

const svg = (inside: string, more = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"${more}>${inside}</svg>`;
const percent = (drawing: string) => `data:image/svg+xml,${encodeURIComponent(drawing)}`;
const base64 = (drawing: string) => `data:image/svg+xml;base64,${Buffer.from(drawing).toString('base64')}`;
const utf16 = (drawing: string) =>
  `data:image/svg+xml;base64,${Buffer.from(`\ufeff${drawing}`, 'utf16le').toString('base64')}`;
const copies = (levels: number, each: number) =>
  svg(
    `<g id="g0"><path d="M0 0h1"/></g>${Array.from({ length: levels }, (_, n) => `<g id="g${n + 1}">${`<use href="#g${n}"/>`.repeat(each)}</g>`).join('')}`,
  );

describe('[X8] pictures in addresses', () => {
  test.each([
    ['a photograph', pngOf(3000, 2000)],
    ['an icon', percent(svg('<path d="M0 0(8)"/>'))],
    ['an icon as it was typed', `data:image/svg+xml;utf8,${svg('<circle r="2" fill="none"/>')}`],
    ['an icon in base64', base64(svg('<title>Menü</title><rect width="8" height="8"/>'))],
    ['a percent sign that stands for itself', `data:image/svg+xml,${svg('<rect width="50%" height="8"/>')}`],
    [
      'a declaration',
      percent(`<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "">${svg('<g/>')}`),
    ],
    [
      'a logo as it is exported',
      percent(
        svg(
          '<g clip-path="url(#c)"><path fill="url(#a)" d="M0 0h8"/></g><defs><linearGradient id="a"><stop offset="0"/></linearGradient><clipPath id="c"><rect width="8" height="8"/></clipPath></defs>',
          ' xmlns:xlink="http://www.w3.org/1999/xlink"',
        ),
      ),
    ],
    ['a few copies', percent(copies(2, 4))],
  ])('%s is shown', (_, address) => {
    expect(isDrawnAtOnce(address)).toBe(true);
  });

  test.each([
    ['copies of copies', percent(copies(8, 12))],
    ['copies of copies in base64', base64(copies(9, 30))],
    ['copies of copies, typed', ` data:IMAGE/SVG+XML,${copies(8, 12)}`],
    [
      'copies under another name',
      percent(copies(8, 12).replaceAll('use', 'x:use').replace('<svg', '<svg xmlns:x="http://www.w3.org/2000/svg"')),
    ],
    ['another name for all', percent(svg('', ' xmlns:x="http://www.w3.org/2000/svg"'))],
    ['copies in another encoding', utf16(copies(8, 12))],
    ['another encoding that is declared', percent(`<?xml version="1.0" encoding="ISO-2022-JP"?>${svg('<g/>')}`)],
    ['another encoding in the address', `data:image/svg+xml;charset=utf-7,${svg('<g/>')}`],
    ['copies out of an entity', percent(`<!DOCTYPE svg [<!ENTITY a "&#60;use href='#g0'/>">]>${svg('&a;&a;')}`)],
    ['an entity', percent(`<!DOCTYPE svg [ ]>${svg('')}`)],
    ['characters by number', percent(svg('<g style="&#102;ilter:blur(9px)"/>'))],
    ['a style sheet from elsewhere', percent(`<?xml-stylesheet href="a.css"?>${svg('')}`)],
    [
      'masks of masks',
      percent(
        svg(Array.from({ length: 9 }, (_, n) => `<mask id="m${n}"><rect mask="url(#m${n - 1})"/></mask>`).join('')),
      ),
    ],
    ['a filter', percent(svg('<filter id="f"><feTurbulence numOctaves="1000000"/></filter>'))],
    ['a filter that is a word', percent(svg('<rect style="filter:blur(9999px)"/>'))],
    ['a name with an escape', percent(svg('<g style="m\\61sk:url(#m)"/>'))],
    ['a name after a comment', percent(svg('<g style="mask/**/:url(#m)"/>'))],
    ['a mask by its other name', percent(svg('<g style="mask-image:url(#m)"/>'))],
    ['a mask by the name of one browser', percent(svg('<g style="-webkit-mask-box-image:url(#m)"/>'))],
    ['what is handed down', percent(svg('<g mask="url(#m)"><path style="mask:inherit"/></g>'))],
    ['all that is handed down', percent(svg('<g mask="url(#m)"><path style="all: unset"/></g>'))],
    ['a pattern', percent(svg('<pattern id="p"/>'))],
    ['what moves', percent(svg('<animateTransform attributeName="transform"/>'))],
    ['a style', percent(svg('<style>*{animation:a 1s infinite}</style>'))],
    ['a picture in it', percent(svg('<image href="data:image/png,x"/>'))],
    ['a page in it', percent(svg('<foreignObject/>'))],
    ['a very long one', percent(svg(`<path d="${'M0 0'.repeat(30_000)}"/>`))],
    ['what is no base64', 'data:image/svg+xml;base64,<svg'],
    ['what is no text', 'data:image/svg+xml,%ff%fe'],
    ['an address that is put together', 'data:image/sv\ng+xml,<svg/>'],
    ['an address with escapes', 'data:image\\2fsvg+xml,<svg/>'],
    ['nothing', 'data:image/svg+xml'],
    ['a photograph that is cut off', 'data:image/png;base64,iVBORw0KGgo='],
    ['a photograph as large as a house', pngOf(20_000, 20_000)],
    ['an address elsewhere', 'https://evil.test/a.png'],
  ])('%s is not', (_, address) => {
    expect(isDrawnAtOnce(address)).toBe(false);
  });

  test('a style sheet keeps the icon that a browser wrote there, and no costly one', () => {
    const sheet = (address: string) => disarmCss(`a{background:url("${address.replaceAll('"', '\\"')}")}`);
    expect(sheet(`data:image/svg+xml;utf8,${svg('<path d="M0 0"/>')}`)).toContain('<path');
    expect(sheet(`data:image/svg+xml;utf8,${copies(8, 12)}`)).toBe('a{background:none}');
    expect(sheet(pngOf(64, 64))).toContain('base64');
    expect(sheet(pngOf(3000, 2000))).toBe('a{background:none}');
    expect(sheet('data:image\\2fsvg+xml,<svg/>')).toBe('a{background:none}');
  });
});
