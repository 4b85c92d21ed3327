import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { redactText } from '#domain/redaction/redact.ts';
import { canariesOf, findCanaries, saidOf } from '../eval/canary/canaries.ts';

const said = saidOf(canariesOf(417));
const base64 = (text: string) => Buffer.from(text).toString('base64');
const parts = [said.slice(0, 17), said.slice(17, 40), said.slice(40)].map((text) => JSON.stringify(text));

describe('the search for canaries', () => {
  test('puts only what is a secret anywhere into a place', () => {
    const { card, token, number } = canariesOf(417);
    expect(redactText(said, { emails: true, numbers: true }).text).toBe(
      'cnry0417bird [card] [email] [secret] [number]',
    );
    expect([card, token, number].every((one) => one.includes('0417') || one.includes('417'))).toBe(true);
  });

  test.each<[string, Buffer]>([
    ['plain', Buffer.from(`{"x":"${said}"}`)],
    ['two bytes a letter', Buffer.from(said, 'utf16le')],
    ['gzip among other bytes', Buffer.concat([Buffer.from('SQLite'), gzipSync(said), Buffer.from('more')])],
    ['gzip that is cut off', gzipSync(`${said}${'x'.repeat(9000)}`).subarray(0, -6)],
    ['base64', Buffer.from(base64(said))],
    ['base64 that begins elsewhere', Buffer.from(base64(`ab${said}`))],
    ['base64 of a gzip', Buffer.from(gzipSync(said).toString('base64'))],
    ['base64 twice', Buffer.from(base64(base64(`some words before, and ${said}`)))],
    ['percents', Buffer.from([...Buffer.from(said)].map((byte) => `%${byte.toString(16)}`).join(''))],
    ['several texts', Buffer.from(parts.map((part) => `{"type":3,"textContent":${part}}`).join(','))],
    ['several elements', Buffer.from(`<b>${parts.map((part) => JSON.parse(part)).join('</b><i>')}</i>`)],
  ])('finds them as %s', (_, bytes) => {
    expect(new Set(findCanaries(bytes).map((hit) => hit.case))).toEqual(new Set([417]));
  });

  test('finds nothing in what was masked', () => {
    expect(findCanaries(Buffer.from('•••• [card] [email] 4929 1111'))).toEqual([]);
  });
});
