import { useState } from 'preact/hooks';
import { now } from '../clock.ts';
import type { QueueFeed } from '../inbox/queue-feed.ts';
import { Icon } from '../kit/Icon.tsx';
import { due } from '../wording.ts';
import { leavingWords, type PreviewRow, previewRows, previewSummary } from './preview-rows.ts';
import type { QueueForm } from './queue-form.ts';

/** How the line that waits now would change, before anything is saved. */
export function Preview({
  form,
  feed,
  isReadOnly,
  nameOf,
}: {
  form: QueueForm;
  feed: QueueFeed | undefined;
  isReadOnly: boolean;
  nameOf(queueId: string): string;
}) {
  const { data, isOfChange, isBusy, failure } = form.preview.value;
  const isBlocked = form.issues.value.length > 0;
  const who = new Map(
    (feed?.view.value?.entries ?? []).map(({ ticketNumber, visitorName, company, tier }) => [
      ticketNumber,
      [visitorName ?? 'Anonymous visitor', company, tier].filter(Boolean).join(', '),
    ]),
  );
  return (
    <section id="settings-preview" class="s-preview" aria-labelledby="settings-preview-title" tabIndex={-1}>
      <header>
        <h2 id="settings-preview-title">{isReadOnly ? 'The line' : 'Preview'}</h2>
        <button
          type="button"
          class="link"
          aria-disabled={isBusy || isBlocked}
          onClick={() => !isBlocked && form.previewAgain()}
        >
          {isReadOnly ? 'Look again' : 'Preview again'}
        </button>
      </header>
      <p class="s-summary" role="status">
        {isBlocked
          ? 'Correct what is marked, and the preview follows.'
          : data === null
            ? failure === null && 'Looking at who waits…'
            : `${previewSummary(data, { isChanged: isOfChange, isReadOnly })}${leavingWords(data, nameOf)}`}
      </p>
      {failure !== null && (
        <p class="failure" role="alert">
          The preview could not be made. {failure}
        </p>
      )}
      {data === null ? (
        failure === null && (
          <div class="skeleton" aria-hidden="true">
            <i />
            <i />
            <i />
          </div>
        )
      ) : data.waiting === 0 ? (
        <p class="empty">
          {isReadOnly
            ? 'When somebody does, their place and why they have it is shown here.'
            : 'When somebody does, their place before and after your changes is shown here.'}
        </p>
      ) : (
        <Line
          rows={previewRows(data)}
          who={who}
          isOld={isBusy || isBlocked}
          more={data.waiting - data.entries.length}
        />
      )}
    </section>
  );
}

type LineProps = { rows: readonly PreviewRow[]; who: ReadonlyMap<string, string>; isOld: boolean; more: number };

function Line({ rows, who, isOld, more }: LineProps) {
  return (
    <>
      <table class={isOld ? 's-line old' : 's-line'} aria-busy={isOld}>
        <thead>
          <tr>
            <th scope="col">Place</th>
            <th scope="col">Ticket</th>
            <th scope="col">Due</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.ticketNumber} row={row} who={who.get(row.ticketNumber)} />
          ))}
        </tbody>
      </table>
      {more > 0 && <p class="quiet small">{more} more wait behind these.</p>}
    </>
  );
}

function Row({ row, who }: { row: PreviewRow; who: string | undefined }) {
  const [isOpen, setOpen] = useState(false);
  const { ticketNumber, move, from, to, moveWords } = row;
  return (
    <>
      <tr class={`s-${move}`}>
        <td class="s-place number">
          {move === 'same' ? (
            to
          ) : (
            <>
              <span class="quiet">{from}</span> → <strong>{to}</strong>
            </>
          )}
          <small>
            {move !== 'same' && <span aria-hidden="true">{move === 'up' ? '▲ ' : '▼ '}</span>}
            {moveWords}
          </small>
        </td>
        <th scope="row">
          <span class="s-subject">{row.subject}</span>
          {who !== undefined && <small class="s-who">{who}</small>}
          <button type="button" class="s-why" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <Icon name="down" />
            <span class="number">{ticketNumber}, why it is there</span>
          </button>
        </th>
        <td class="s-due number">
          {due(row.dueAt, now.value)}
          {row.isDueChanged && <small>was {due(row.was.dueAt, now.value)}</small>}
          {row.isLineChanged && <small>others may take it</small>}
        </td>
      </tr>
      {isOpen && (
        <tr class="s-because">
          <td colSpan={3}>
            <Sum row={row} />
          </td>
        </tr>
      )}
    </>
  );
}

const signed = (minutes: number | null, isBase: boolean): string =>
  minutes === null ? '–' : isBase ? String(minutes) : `${minutes < 0 ? '−' : '+'}${Math.abs(minutes)}`;

/** What places it, as it is and as it would be: in words, and the minutes that count. */
function Sum({ row: { sum, ordered, within, rank, isLineChanged, needs } }: { row: PreviewRow }) {
  const isChanged = ordered.was !== ordered.would;
  const isByDue = within.was !== null || within.would !== null;
  return (
    <>
      {isChanged && <p>Now: {ordered.was ?? BY_DUE}</p>}
      {(isChanged || ordered.would !== null) && (
        <p>
          {isChanged && 'Then: '}
          {ordered.would ?? BY_DUE}
        </p>
      )}
      {sum.length > 0 && (
        <table class="s-sum">
          <thead>
            <tr>
              <th scope="col">Minutes</th>
              <th scope="col">Now</th>
              <th scope="col">Then</th>
            </tr>
          </thead>
          <tbody>
            {sum.map(({ label, was: now, would }) => (
              <tr key={label} class={now === would ? '' : 's-differs'}>
                <th scope="row">{label}</th>
                <td>{signed(now, label === rank[0]?.label)}</td>
                <td>{signed(would, label === rank[0]?.label)}</td>
              </tr>
            ))}
          </tbody>
          {isByDue && (
            <tfoot>
              <tr>
                <th scope="row">Answer within</th>
                <td>{within.was ?? '–'}</td>
                <td>{within.would ?? '–'}</td>
              </tr>
            </tfoot>
          )}
        </table>
      )}
      {isLineChanged && <p class="s-help">Would need: {needs === '' ? 'nobody in particular' : needs}.</p>}
    </>
  );
}

const BY_DUE = 'Ordered by due time.';
