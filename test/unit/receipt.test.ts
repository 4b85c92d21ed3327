import { describe, expect, test } from 'vitest';
import { countHidden, receiptOf, ruleSetText } from '#domain/redaction/receipt.ts';
import { describeReceipt } from '../../widget/kit/receipt-words.ts';

describe('[X10] a redaction receipt', () => {
  test('counts what stands for what was hidden, and nothing else', () => {
    expect(countHidden('["••••","[card] and [card]","[email]","[omitted]","card"]')).toEqual({
      masked: 1,
      card: 2,
      email: 1,
    });
    expect(countHidden('[]')).toEqual({});
  });

  test('is the sum of its segments, with every rule set once', () => {
    const one = { ruleSet: 'b', hidden: { card: 2 } };
    const two = { ruleSet: 'a', hidden: { card: 1, masked: 3 } };
    expect(receiptOf([one, two, two])).toEqual({ ruleSets: ['a', 'b'], hidden: { masked: 6, card: 4 } });
    expect(receiptOf([])).toEqual({ ruleSets: [], hidden: {} });
  });

  test('names every rule there is: patterns, lists and limits', () => {
    const text = ruleSetText();
    for (const rule of ['contenteditable', 'gh[pousr]_', 'script noscript'.split(' ')[1] as string, 'srcdoc', '100000'])
      expect(text).toContain(rule);
  });

  test('is said in words, what is not there not at all', () => {
    expect(describeReceipt({ hidden: { masked: 12, card: 1 } })).toEqual([
      'What was typed, chosen or marked as private: hidden 12×',
      'Card numbers: hidden 1×',
    ]);
  });
});
