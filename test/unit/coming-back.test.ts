import { describe, expect, test } from 'vitest';
import type { QueueId } from '#domain/ids.ts';
import { agentId } from '../support/builders.ts';
import { aDemoDesk, Talk } from '../support/talk.ts';

const desk = aDemoDesk();

/** Handed over on one page, resolved by Maya, and now on another one. */
function resolved({ from, saying, to }: { from: string; saying: string; to: string }): Talk {
  const talk = new Talk({ desk, area: from });
  talk.says(saying);
  talk.presses();
  talk.isResolvedBy('maya');
  talk.area = to;
  return talk;
}
const queueOf = (talk: Talk) => {
  const { hops } = talk.state.escalation!;
  return [hops.at(-1)?.queueName, talk.state.reasons?.routing];
};
const afterCard = (to = 'reports') => resolved({ from: 'billing', saying: 'why was my card declined?', to });
const afterKey = () => resolved({ from: 'api-keys', saying: 'where can i get an api token', to: 'billing' });
const back = (slug: string) => [slug, [`back to ${slug}, which had it before`]];

describe('[M7] a visitor who comes back after it was resolved', () => {
  test.each([['by the button'], ['It failed again, please help'], ['the page does not work'], ['hello']])(
    'goes to the queue that had it, from whatever page: %s',
    (saying) => {
      const talk = afterCard();
      if (saying !== 'by the button') talk.says(saying);
      talk.presses();
      expect(queueOf(talk)).toEqual(back('billing'));
      expect(talk.state.lastAgent).toEqual({ id: agentId('maya'), name: 'maya' });
    },
  );

  test('does so in one sentence', () => {
    const talk = afterCard();
    expect(talk.says('it failed again, let me talk to a person').next.kind).toBe('escalate');
    expect(queueOf(talk)).toEqual(back('billing'));
  });

  test('goes there although the page of now has a queue by policy', () => {
    const talk = afterKey();
    talk.says('it failed again, let me talk to a person');
    expect(queueOf(talk)).toEqual(back('technical'));
  });

  test('does so with the next conversation', () => {
    const earlier = afterCard().state;
    const talk = new Talk({ desk, area: 'reports' });
    talk.state = { ...talk.state, before: earlier.escalation, lastAgent: earlier.lastAgent };
    talk.presses();
    expect(queueOf(talk)).toEqual(back('billing'));
    const about = new Talk({ desk, area: 'reports' });
    about.state = { ...about.state, before: earlier.escalation };
    about.says('where can i get an api token');
    about.presses();
    expect(queueOf(about)[0]).toBe('technical');
  });

  test('goes where a new topic belongs', () => {
    const talk = afterCard();
    talk.says('where can i get an api token');
    talk.presses();
    expect(queueOf(talk)).toEqual(['technical', ['about api-keys']]);
    const other = afterKey();
    other.says('why was my card declined, let me talk to a person');
    expect(queueOf(other)[0]).toBe('billing');
  });

  test('goes where a trigger about the words sends it', () => {
    const talk = afterCard();
    talk.says('I think we have been hacked');
    expect(queueOf(talk)).toEqual(['technical', ['a trigger asked for technical']]);
  });

  test('goes to the first line again, however high it had come', () => {
    const talk = new Talk({ desk, area: 'billing' });
    talk.presses();
    talk.isAcceptedBy('maya');
    talk.run({
      type: 'transfer',
      agent: { id: agentId('maya'), name: 'maya' },
      clientId: 'up',
      to: { id: 'que_engineering' as QueueId, name: 'engineering', asks: [], wanted: null },
      note: 'a bug',
    });
    talk.isResolvedBy('ines');
    talk.area = 'reports';
    talk.presses();
    expect(queueOf(talk)).toEqual(back('billing'));
  });

  test('is routed as ever when there is no such queue any more, and at first', () => {
    const talk = new Talk({ desk, area: 'reports' });
    talk.presses();
    expect(queueOf(talk)).toEqual(['technical', ['written on the reports page']]);
    const gone = afterCard();
    gone.state = {
      ...gone.state,
      escalation: {
        ...gone.state.escalation!,
        hops: gone.state.escalation!.hops.map((hop) => ({ ...hop, queueId: 'que_gone0000' as QueueId })),
      },
    };
    gone.presses();
    expect(queueOf(gone)).toEqual(['billing', ['about billing']]);
  });
});
