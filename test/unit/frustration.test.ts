import { describe, expect, test } from 'vitest';
import type { PageSignals } from '#domain/timeline/page-signals.ts';
import { frustrationOf, saysItFailed } from '../../worker/assist/affect.ts';
import { refusedPayments, Talk } from '../support/talk.ts';

const calm: PageSignals = {
  failedRequests: 0,
  errors: 0,
  rageClicks: 0,
  deadClicks: 0,
  formRejections: 0,
  repeatedFailures: 0,
  inTrouble: false,
};
const frustrationIn = (text: string) => frustrationOf(text, [], calm).value;
const inTrouble = (text: string) => new Talk({ trail: refusedPayments(5, 900) }).says(text).next.kind;

describe('[G6] frustration on a failing page', () => {
  test.each([
    'I was charged twice and nobody helps me',
    'No one here even answers.',
    'is there nobody who can help me',
    'Nobody from support has responded to this',
    'I wrote on Monday and still no reply',
    'I have not heard back from anyone about the invoice',
    'my payment is refused and I am being ignored',
    'My card is declined again and again, come on!',
    'It refuses my card over and over',
    'this is the third time I enter my card',
    'for the 5th time, the payment is refused',
    'how many times do I have to enter this card',
    'Payment refused, come on',
    'not again! the card is refused',
    'This is useless, nothing works!!',
    'so frustrating, third time',
    'really annoyed, this keeps failing',
    'this is ridiculous',
    'it keeps failing and it is confusing',
    'IT STILL DOES NOT WORK',
  ])('hands over: %s', (text) => {
    expect([text, inTrouble(text)]).toEqual([text, 'escalate']);
  });

  test.each([
    'what happens if nobody answers the invitation?',
    'When no one responds to a reminder, is it sent again?',
    'still no response from our endpoint, are events lost?',
    'does the badge come on by itself',
    'how many times do I get reminded',
    'is there enough room on the free plan',
    'tell me a joke',
    'I would like to report a fraud on my card',
    'I made a terrible mistake and paid the wrong invoice',
    'how do I restore from the trash folder',
    'are line breaks ignored in the import',
    'can the second seat be left alone',
    'I am still waiting for my first payout, how long does it take',
    'my csv import keeps failing, why',
    'is the report sent every time',
    'why was my card declined?',
  ])('leaves to the assistant: %s', (text) => {
    expect([text, inTrouble(text)]).not.toEqual([text, 'escalate']);
  });
});

describe('[G6] hints', () => {
  test('of being left alone weigh more than anger, anger more than annoyance, annoyance more than weariness', () => {
    const weights = ['nobody helps', 'useless', 'annoying', 'it keeps failing'].map(frustrationIn);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
    expect(new Set(weights).size).toBe(weights.length);
  });

  test('that share their words count once, as the heavier', () => {
    expect(frustrationOf('still no reply', [], calm)).toEqual({ value: 0.55, because: ['says “still no reply”'] });
  });

  test('that are repeated count once', () => {
    expect(frustrationIn('annoying annoying annoying')).toBe(frustrationIn('annoying'));
  });

  test.each(['nobody helps me', 'it failed again', 'the same error again'])('say that an answer failed: %s', (text) => {
    expect(saysItFailed(text, [])).toBe(false);
    expect(saysItFailed(text, [{ author: 'assistant', text: 'Check the card.' }])).toBe(true);
  });
});
