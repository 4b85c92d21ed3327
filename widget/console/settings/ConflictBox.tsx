import { useEffect, useRef } from 'preact/hooks';
import { Time } from '../kit/Time.tsx';
import type { ConflictView, SettingsForm } from './settings-form.ts';

/** Somebody else saved first: what they changed, what of it was changed here too, and both ways on. */
export function ConflictBox({ form, conflict: { who, at, rows } }: { form: SettingsForm; conflict: ConflictView }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus();
    box.current?.scrollIntoView({ block: 'center' });
  }, []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div ref={box} class="s-box warn" role="group" tabIndex={-1} aria-labelledby="settings-conflict">
      <h2 id="settings-conflict">
        {who} changed these settings after you opened them
        {at !== null && (
          <>
            , <Time at={at} />
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
            {rows.map(({ path, label, was, now, mine }) => (
              <tr key={path}>
                <th scope="row">{label}</th>
                <td>{was}</td>
                <td>{now}</td>
                <td>{mine === null ? 'not changed' : <strong>{mine}</strong>}</td>
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
