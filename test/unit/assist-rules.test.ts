import { describe, expect, test } from 'vitest';
import { answerabilityOf } from '../../worker/assist/answerability.ts';
import { GATE_THRESHOLDS, gate, type Verdicts } from '../../worker/assist/gate.ts';
import { type Article, buildKnowledge, retrieve } from '../../worker/assist/knowledge.ts';
import { sectionsOf } from '../../worker/assist/markdown.ts';
import type { Signals } from '../../worker/assist/ports.ts';
import { factsFrom } from '../../worker/assist/turn.ts';
import { ARTICLES } from './assist/fixtures/articles.ts';

const knowledge = buildKnowledge(ARTICLES);

describe('[G2] a share', () => {
  const verdicts = (coverage: unknown, confidence: unknown): Verdicts =>
    ({
      answer: 'Open Billing.',
      grounded: true,
      coverage,
      confidence,
      foreign: [],
      blockedByPolicy: false,
      repeated: false,
    }) as Verdicts;

  test.each<[unknown, number]>([
    [0.5, 0.5],
    [0, 0],
    [1, 1],
    [1.7, 1],
    [-0.2, 0],
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 0],
    [Number.NEGATIVE_INFINITY, 0],
    ['0.9', 0],
    [true, 0],
    [null, 0],
    [undefined, 0],
    [[0.9], 0],
  ])('%s is %s', (given, share) => {
    expect(gate(verdicts(given, 0.9)).coverage).toBe(share);
    expect(gate(verdicts(0.9, given)).confidence).toBe(share);
  });

  test('that is none sends nothing, however high the other is', () => {
    for (const none of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(gate(verdicts(none, 1))).toMatchObject({ send: false, because: 'low_coverage' });
      expect(gate(verdicts(1, none))).toMatchObject({ send: false, because: 'low_confidence' });
    }
    expect(gate(verdicts(GATE_THRESHOLDS.coverage, GATE_THRESHOLDS.confidence)).send).toBe(true);
  });
});

describe('[G10] an article', () => {
  const article = (body: string): Article => ({
    id: 'art_one',
    slug: 'one',
    title: 'Zebra crossing',
    area: null,
    keywords: [],
    body,
    updatedAt: 0,
  });

  test('is cut at its headings; in a fence there are none', () => {
    expect(
      sectionsOf(
        '---\ntitle: no\n---\nIntro.\n\n# Title again\n\nMore.\n\n## One ##\n\nText.\n\n```\n## not a heading\n```\n\n### Two\n\n- a\n- b\n\n## Empty\n',
      ),
    ).toEqual([
      { heading: '', text: 'Intro.' },
      { heading: '', text: 'More.' },
      { heading: 'One', text: 'Text.\n## not a heading' },
      { heading: 'Two', text: '- a\n- b' },
    ]);
  });

  test('without a heading is one part, without a word its title', () => {
    expect(buildKnowledge([article('Only this.')]).chunks.map(({ text }) => text)).toEqual(['Only this.']);
    expect(buildKnowledge([article('')]).chunks.map(({ text }) => text)).toEqual(['Zebra crossing']);
  });

  test('is quoted as it is indexed: every passage is a part, or an introduction with the part after it', () => {
    for (const question of ['How do I reset my password?', 'charged twice', 'download an invoice', 'change card']) {
      for (const passage of retrieve(knowledge, question)) {
        const parts = sectionsOf(ARTICLES.find(({ id }) => id === passage.articleId)?.body ?? '');
        const quotable = parts.flatMap(({ text }, i) => [text, `${text}\n${parts[i + 1]?.text}`]);
        expect(quotable).toContain(passage.text);
      }
    }
  });

  test('is found by what a part of it says, and that part is what comes', () => {
    const [passage] = retrieve(knowledge, 'locked after wrong attempts');
    expect(passage).toMatchObject({ slug: 'reset-password', heading: 'Too many attempts' });
    expect(passage?.text).toContain('locked for 30 minutes');
  });
});

describe('[G12] confidence', () => {
  const passage = (score: number) => ({ ...retrieve(knowledge, 'charged twice')[0]!, score });
  const confidence = (...scores: number[]) =>
    answerabilityOf(knowledge, 'charged twice', scores.map(passage)).confidence;

  test('rises with the score and with the margin to the next, and is neither', () => {
    expect(confidence(0.9, 0.1)).toBeGreaterThan(confidence(0.5, 0.1));
    expect(confidence(0.9, 0.1)).toBeGreaterThan(confidence(0.9, 0.85));
    expect(confidence(0.5)).toBeGreaterThan(confidence(0.5, 0.25));
    for (const scores of [[0.9, 0.1], [0.2, 0.1], [1]]) {
      expect(confidence(...scores)).not.toBe(scores[0]);
      expect(confidence(...scores)).toBeGreaterThan(0);
      expect(confidence(...scores)).toBeLessThan(1);
    }
  });

  test('rises with how much of the question the article speaks of', () => {
    const passages = [passage(0.6), passage(0.3)];
    const whole = answerabilityOf(knowledge, 'charged twice', passages);
    const half = answerabilityOf(knowledge, 'charged twice on the moon by astronauts', passages);
    expect(half.coverage).toBeLessThan(whole.coverage);
    expect(half.confidence).toBeLessThan(whole.confidence);
  });

  test('is nothing without a passage or without a topic', () => {
    const nothing = { coverage: 0, confidence: 0, grounded: false };
    expect(answerabilityOf(knowledge, 'charged twice', [])).toEqual(nothing);
    expect(answerabilityOf(knowledge, '???', [passage(0.9)])).toEqual(nothing);
  });

  test('parts what the articles answer from what they do not', () => {
    const of = (question: string) => answerabilityOf(knowledge, question, retrieve(knowledge, question)).confidence;
    for (const known of ['How do I reset my password?', 'I was charged twice', 'How do I download an invoice?']) {
      for (const unknown of ['Do you sell bicycles?', 'What is the weather in Lisbon?']) {
        expect(of(known)).toBeGreaterThan(of(unknown) + 0.2);
      }
    }
  });
});

describe('[G13] facts', () => {
  const signals: Signals = {
    intent: null,
    inScope: { value: true, probability: 0.9 },
    wantsPerson: { value: false, because: null },
    sentiment: -0.5,
    frustration: { value: 0.25, because: [] },
    repeatedQuestion: false,
    saysItFailed: false,
    model: 'triage@3f2a',
  };
  const input: Parameters<typeof factsFrom>[0] = {
    signals,
    pageSignals: {
      failedRequests: 2,
      errors: 0,
      rageClicks: 1,
      deadClicks: 0,
      formRejections: 0,
      repeatedFailures: 0,
      inTrouble: true,
    },
    page: null,
    attempts: [],
    account: null,
    message: { text: 'help' },
    repeatContact: null,
    incident: null,
    now: 1000,
  };

  test('that are not known are left out, not false and not nothing', () => {
    const facts = factsFrom(input);
    for (const name of ['message.intent', 'message.intent_confidence', 'conversation.repeat_contact', 'page.area']) {
      expect(Object.hasOwn(facts, name)).toBe(false);
    }
    expect(Object.keys(facts).some((name) => name.startsWith('account.'))).toBe(false);
    expect(
      Object.hasOwn(factsFrom({ ...input, signals: { ...signals, sentiment: Number.NaN } }), 'message.sentiment'),
    ).toBe(false);
    expect(factsFrom({ ...input, repeatContact: false })['conversation.repeat_contact']?.value).toBe(false);
  });

  test('say who vouches for them: what the page tells is claimed, what we counted observed, what a model says inferred', () => {
    expect(factsFrom({ ...input, incident: 'Payments fail' })['account.incident']).toMatchObject({
      value: 'Payments fail',
      provenance: 'observed',
    });
    const facts = factsFrom({
      ...input,
      signals: { ...signals, intent: { name: 'billing', probability: 0.8 } },
      page: { path: '/billing', area: 'billing', at: 900 },
      account: { tier: { value: 'pro', provenance: 'attested', at: 800, source: 'identity token' } },
    });
    const by = (provenance: string) =>
      Object.entries(facts)
        .filter(([, fact]) => fact.provenance === provenance)
        .map(([name]) => name)
        .sort();
    expect(by('claimed')).toEqual(['page.area', 'page.path']);
    expect(by('observed')).toEqual([
      'attempts.failed',
      'message.text',
      'page.dead_clicks',
      'page.errors',
      'page.failed_requests',
      'page.form_rejections',
      'page.rage_clicks',
      'page.repeated_failures',
    ]);
    expect(by('inferred')).toEqual([
      'attempts.person_suggested',
      'message.frustration',
      'message.in_scope',
      'message.intent',
      'message.intent_confidence',
      'message.sentiment',
      'message.wants_person',
    ]);
    expect(by('attested')).toEqual(['account.tier']);
    expect(facts['message.intent']).toEqual({
      value: 'billing',
      provenance: 'inferred',
      at: 1000,
      source: 'triage@3f2a',
    });
    expect(facts['page.area']).toEqual({ value: 'billing', provenance: 'claimed', at: 900, source: 'page' });
  });
});
