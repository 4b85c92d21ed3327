import { useEffect, useRef } from 'preact/hooks';
import { Time } from '../kit/Time.tsx';
import { labelOf, wordsAt } from './changes.ts';
import { type Draft, draftOf } from './draft.ts';
import type { Conflict, QueueForm } from './queue-form.ts';

type ConflictBoxProps = { form: QueueForm; conflict: Conflict; base: Draft };

/** Somebody else saved first: what they changed, what of it was changed here too, and both ways on. */
export function ConflictBox({ form, conflict, base }: ConflictBoxProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus();
    box.current?.scrollIntoView({ block: 'center' });
  }, []);
  const { theirs, merged } = conflict;
  const newer = draftOf(theirs.settings);
  const who = theirs.changed?.name ?? 'Somebody else';
  const rows = merged.theirs;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div ref={box} class="s-box warn" role="group" tabIndex={-1} aria-labelledby="settings-conflict">
      <h2 id="settings-conflict">
        {who} changed these settings after you opened them
        {theirs.changed !== null && (
          <>
            , <Time at={theirs.changed.at} />
          </>
        )}
      </h2>
      <p>Nothing of yours was saved, and nothing of it is lost.</p>
      {rows.length > 0 && (
        <table class="s-theirs">
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">Was</th>
              <th scope="col">Is now</th>
              <th scope="col">Yours</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((path) => (
              <tr key={path}>
                <th scope="row">{labelOf(path)}</th>
                <td>{wordsAt(base, path, form.names)}</td>
                <td>{wordsAt(newer, path, form.names)}</td>
                <td>
                  {merged.both.includes(path) ? (
                    <strong>{wordsAt(merged.draft, path, form.names)}</strong>
                  ) : (
                    'not changed'
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div class="s-deeds">
        <button type="button" class="primary" onClick={form.keepMine}>
          Put my changes on top
        </button>
        <button type="button" class="secondary" onClick={form.takeTheirs}>
          Discard mine, use the newer ones
        </button>
      </div>
    </div>
  );
}
