import type { EpochMs } from '#domain/ids.ts';
import { redactText } from '#domain/redaction/redact.ts';
import { pageSignals } from '#domain/timeline/page-signals.ts';
import type { Facts } from '#domain/triggers/fact.ts';
import type { TurnDesk } from './plan-turn.ts';
import { triageOf } from './trained-triage.ts';
import { assistTurn, factsFrom } from './turn.ts';

/** What a turn would read in the last of a visitor's messages, on a page of which nothing is known: the test bench's. No message, no facts. */
export function factsOfMessages(
  messages: readonly string[],
  desk: Pick<TurnDesk, 'knowledge' | 'intents' | 'hosts'>,
  now: EpochMs,
): Facts {
  const texts = messages.map((text) => redactText(text).text);
  const question = texts.at(-1);
  if (question === undefined) return {};
  const nothing = pageSignals([], now);
  const { signals, attempts } = assistTurn(
    {
      question,
      earlier: texts.slice(0, -1).map((text) => ({ author: 'visitor', text })),
      attempts: [],
      area: null,
      pageSignals: nothing,
      hosts: desk.hosts,
      now,
      newId: () => 'tried',
    },
    desk.knowledge,
    triageOf(desk.intents),
  );
  const facts = factsFrom({
    signals,
    pageSignals: nothing,
    page: null,
    attempts,
    account: null,
    message: { text: question },
    repeatContact: null,
    incident: null,
    now,
  });
  return facts;
}
