import { describe, expect, test } from 'vitest';
import type { QueueId } from '#domain/ids.ts';
import { resolvedHigher } from '../../worker/assist/coming-back.ts';
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
/** Passed on to engineering, and resolved by Ines there. */
function afterEngineering(at = desk): Talk {
  const talk = new Talk({ desk: at, area: 'billing' });
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
  return talk;
}
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

  test('goes to who resolved it above the first line while they are there, otherwise to the first line', () => {
    const talk = afterEngineering();
    talk.presses();
    expect(queueOf(talk)).toEqual(back('billing'));
    const there = afterEngineering();
    there.isBackThere = true;
    there.presses();
    expect(queueOf(there)).toEqual(back('engineering'));
    expect(there.state.lastAgent).toEqual({ id: agentId('ines'), name: 'ines' });
    // Nobody is asked for who had it in the first line: they are found there.
    expect(resolvedHigher(talk.state, desk.queues)).toBeNull();
    expect(resolvedHigher(afterEngineering().state, desk.queues)).toMatchObject({
      agentId: agentId('ines'),
      queue: { slug: 'engineering' },
    });
    expect(resolvedHigher(afterCard().state, desk.queues)).toBeNull();
  });

  test('goes to the first line when that queue is closed, or what is said has a topic of its own, or it was left and not resolved', () => {
    const closed = {
      kind: 'weekly' as const,
      zone: 'UTC',
      week: { monday: [{ from: '03:00', to: '03:01' }] },
      exceptions: [],
    };
    const queues = desk.queues.map((queue) => (queue.slug === 'engineering' ? { ...queue, hours: closed } : queue));
    const atNight = afterEngineering({ ...desk, queues });
    atNight.isBackThere = true;
    atNight.presses();
    expect(queueOf(atNight)).toEqual(back('billing'));
    const about = afterEngineering();
    about.isBackThere = true;
    about.says('where can i get an api token');
    about.presses();
    expect(queueOf(about)).toEqual(['technical', ['about api-keys']]);
    const left = afterEngineering();
    left.isBackThere = true;
    left.presses();
    left.run({ type: 'visitor_withdraws', clientId: 'left' });
    left.presses();
    expect(queueOf(left)).toEqual(['technical', ['written on the reports page']]);
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
