import { FEW } from './wording.ts';

/** What the numbers mean. A rate whose two halves nobody can name is not worth a chart. */
export function Definitions() {
  return (
    <details class="m-details">
      <summary>What is counted</summary>
      <dl class="m-definitions">
        <dt>The window</dt>
        <dd>
          Conversations that began in it, in UTC days, today so far included, and whatever became of them later. So
          numbers of the last days still move while their conversations are open.
        </dd>
        <dt>Escalation rate</dt>
        <dd>
          Conversations handed to a person at least once, of all conversations. Contact centres call it the transfer
          rate; what is left is containment.
        </dd>
        <dt>Mis-escalation rate</dt>
        <dd>
          Escalations that an agent flagged as unnecessary, of those that are resolved or flagged. Contact centres count
          avoidable transfers in the same way. Open ones are not judged yet and count in neither number. It is a lower
          bound: it knows only what agents flag.
        </dd>
        <dt>Abandonment rate</dt>
        <dd>
          Escalations whose visitor left the line before anybody had them, of those that were left or that a person
          answered. What still waits is in neither number.
        </dd>
        <dt>Time to escalation</dt>
        <dd>From the visitor’s first message to the first hand-over of the conversation.</dd>
        <dt>First human response</dt>
        <dd>From the hand-over to the first message of a person, with the time in the queue.</dd>
        <dt>Resolution time</dt>
        <dd>From the hand-over to the wrap-up. Open escalations are not in it, so n stands beside it.</dd>
        <dt>By queue</dt>
        <dd>
          The share of all conversations that reached the queue. Each queue is measured from where it took over; an
          escalation that moved on counts in every queue it reached.
        </dd>
        <dt>By topic and product area</dt>
        <dd>
          The topic is what the assistant read in the words when it handed over, or last; the area is the page they were
          written on. Every conversation is in one group.
        </dd>
        <dt>Intervals and small numbers</dt>
        <dd>
          Rates carry a 95% Wilson interval: the band in the charts, the thin line on the bars, and in figures where the
          denominator is below {FEW}. “Within chance” means that the intervals of the two windows overlap.
        </dd>
      </dl>
    </details>
  );
}
