import { describe, expect, test } from 'vitest';
import { disarmReplay } from '#domain/redaction/replay.ts';
import { boundSelectors, countSubjects } from '#domain/redaction/selectors.ts';

const nodes = (many: number, css: string) => [
  {
    type: 2,
    timestamp: 1,
    data: {
      node: {
        type: 0,
        id: 1,
        childNodes: [
          { type: 2, id: 2, tagName: 'style', attributes: { _cssText: css }, childNodes: [] },
          ...Array.from({ length: many }, (_, n) => ({
            type: 2,
            id: n + 3,
            tagName: 'i',
            attributes: {},
            childNodes: [],
          })),
        ],
      },
    },
  },
];

describe('[X8] selectors of a recorded style sheet', () => {
  test.each([
    '.space-y-2>:not([hidden])~:not([hidden]){margin:0}',
    '.group:hover .x,.peer:checked~.y+.z{top:0}',
    'label:has(> input:checked){top:0}',
    '.a:has(.b:not(.c)){top:0}',
    '.a:has(b, .c,d),.e{top:0}',
    `:is(${'a, '.repeat(30)}b) c{top:0}`,
    '.btn-check:checked+.btn,:not(.btn-check)+.btn:active{top:0}',
    'tr:nth-child(2n + 1)>td:nth-of-type(odd) a b c d e{top:0}',
    '[data-x="a~b~c~d"] .w-1\\/2{top:0}',
    '@media (min-width:600px) and (max-width:calc(1px + 2px + 3px + 4px)){a{top:0}}',
  ])('%s stays', (css) => {
    expect(boundSelectors(css)).toBe(css);
  });

  test.each([
    'b~i~i~i',
    'b+i~i+i',
    'a:hover,b~i~i~i',
    'b~i:is(x,y)~i~i',
    ':has(~ i)',
    '.a:has(b,.b .c)',
    `${'a '.repeat(22)}b`,
    ':has(~ i ~ b)',
    '.a:has(.b .c)',
    '.a:has(:is(.b .c))',
    ':nth-last-child(2n of i)',
    'i:nth-child(even of .a)',
  ])('%s is nobody’s', (selector) => {
    expect(boundSelectors(`c{left:0}${selector}{top:0}`)).toBe('c{left:0}:not(*){top:0}');
    expect(boundSelectors(`@media all{${selector}{top:0}}`)).toBe('@media all{:not(*){top:0}}');
  });

  test('what is tried on the same elements is counted by its last name', () => {
    const known = new Map<string, number>();
    expect(countSubjects('a{}b a{}.x.y{}i > .x{}a:hover,*{}', known)).toBe(3);
    expect(Object.fromEntries(known)).toEqual({ a: 3, '.x': 2, '*': 1 });
  });

  test.each(['*', 'i', 'b :not(a)', '.c'])(
    'a segment of 29,000 rules for %s and 20,000 elements is refused',
    (name) => {
      expect(disarmReplay(nodes(20_000, `${name}{top:0}`.repeat(29_000))).ok).toBe(false);
      expect(disarmReplay(nodes(2_000, `${name}{top:0}`.repeat(29_000))).ok).toBe(true);
      expect(disarmReplay(nodes(90_000, `${name}{top:0}`.repeat(500))).ok).toBe(true);
    },
  );
});
