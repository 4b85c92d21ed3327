import { useEffect, useState } from 'preact/hooks';
import type { ConversationView } from '#protocol/http.ts';
import { type Answer, call } from '../api.ts';
import { EntryView } from '../conversation/Entry.tsx';
import { continues, shownEntries } from '../conversation/entries.ts';
import { plural } from '../wording.ts';
import { Dialog } from './Dialog.tsx';

type HistoryDialogProps = { id: string; subject: string; agentId: string; onClose(): void };

/** An earlier conversation, to read; the present one stays where it is underneath. */
export function HistoryDialog({ id, subject, agentId, onClose }: HistoryDialogProps) {
  const [answer, setAnswer] = useState<Answer<ConversationView> | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let gone = false;
    void call<ConversationView>(`/v1/conversations/${encodeURIComponent(id)}`).then((next) => {
      if (!gone) setAnswer(next);
    });
    return () => {
      gone = true;
    };
  }, [id, tries]);
  const entries = answer?.ok ? shownEntries(answer.value.entries) : [];
  return (
    <Dialog
      wide
      title={subject}
      lead={
        answer?.ok
          ? `Earlier conversation, ${plural(entries.length, 'entry', 'entries')}. Read-only.`
          : 'Earlier conversation'
      }
      onClose={onClose}
    >
      <div class="fields log read-only">
        {answer === null && (
          <div class="skeleton" aria-hidden="true">
            <i />
            <i />
            <i />
          </div>
        )}
        {answer?.ok === false && (
          <p class="failure" role="alert">
            This conversation could not be read: {answer.refusal.message}{' '}
            <button type="button" class="link" onClick={() => setTries(tries + 1)}>
              Try again
            </button>
          </p>
        )}
        {answer?.ok === true && entries.length === 0 && <p class="empty">Nothing was written in it.</p>}
        {entries.map((entry, i) => (
          <EntryView
            key={entry.seq}
            entry={entry}
            follows={continues(entries[i - 1], entry)}
            verdict={null}
            agentId={agentId}
          />
        ))}
      </div>
    </Dialog>
  );
}
