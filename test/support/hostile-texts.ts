/// <reference path="./raw.d.ts" />
import json from '../data/json-parsing.jsonl?raw';
import naughty from '../data/naughty.jsonl?raw';
import xss from '../data/xss.jsonl?raw';

const linesOf = <Line>(text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

/** Texts that are hard to keep: other scripts, directions, controls, code. NOTICE says whose. */
export const naughtyTexts = (): string[] => linesOf<string>(naughty);

/** Texts that want to be run by a page. */
export const xssTexts = (): string[] => linesOf<string>(xss);

/** Bodies of JSON and what is nearly that, with what a strict reader makes of them. */
export const jsonBodies = (): {
  name: string;
  expect: 'accept' | 'reject' | 'either';
  bytes: Uint8Array<ArrayBuffer>;
}[] =>
  linesOf<{ name: string; expect: 'accept' | 'reject' | 'either'; b64: string }>(json).map(({ name, expect, b64 }) => ({
    name,
    expect,
    bytes: Uint8Array.from(atob(b64), (char) => char.charCodeAt(0)),
  }));
