import { useEffect, useRef } from 'preact/hooks';
import { plural } from '../wording.ts';
import { focusAt } from './control.ts';
import type { SettingsForm } from './settings-form.ts';

/** After a save that something stood in the way of: everything that is wrong, each leading to its field. Takes the focus. */
export function ErrorSummary({ form }: { form: SettingsForm }) {
  const box = useRef<HTMLDivElement>(null);
  const refusals = form.refusals.value;
  useEffect(() => {
    if (refusals === 0) return;
    box.current?.focus();
    box.current?.scrollIntoView({ block: 'center' });
  }, [refusals]);
  const issues = form.issues.value;
  if (refusals === 0 || issues.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div ref={box} class="s-box bad" role="group" tabIndex={-1} aria-labelledby="settings-errors">
      <h2 id="settings-errors">Not saved: {plural(issues.length, 'thing is', 'things are')} to be corrected</h2>
      <ul>
        {issues.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            <button type="button" class="link" onClick={() => focusAt(path)}>
              {form.labelOf(path)}
            </button>
            : {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
