import { useState } from 'preact/hooks';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';

type CopyScriptProps = { trail: readonly Breadcrumb[]; troubleAt: number | null; title: string };

/** [L7] The steps as a Playwright test, for whoever mends it. Made when it is asked for: most conversations never need one. */
export function CopyScript({ trail, troubleAt, title }: CopyScriptProps) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      const { playwrightScript } = await import('#domain/timeline/playwright-script.ts');
      const script = playwrightScript(trail, troubleAt, { title });
      if (script === null) {
        setSaid('Nothing went wrong on the page, so a test would have nothing to assert.');
        return;
      }
      await navigator.clipboard.writeText(script);
      setSaid('Copied. Save it as a .spec.ts file; what was typed is masked and stands at its top as parameters.');
    } catch {
      setSaid('It could not be copied: the browser did not allow it, or Baton cannot be reached.');
    }
  };
  return (
    <div class="copy-script">
      <button type="button" class="secondary" onClick={() => void copy()}>
        Copy as Playwright test
      </button>
      <span class="quiet small" role="status">
        {said}
      </span>
    </div>
  );
}
