import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from './kit/Icon.tsx';
import { hrefOf } from './route.ts';

/** Charts are loaded by whoever looks at them. */
export function MetricsView({ workspaceName }: { workspaceName: string }) {
  const [page, setPage] = useState<{ component: ComponentType<{ workspaceName: string }> } | 'failed' | null>(null);
  const load = () => {
    setPage(null);
    import('./metrics/metrics-page.tsx').then(
      ({ default: component }) => setPage({ component }),
      () => setPage('failed'),
    );
  };
  useEffect(load, []);
  return (
    <main class="metrics-view">
      <a class="plain back" href={hrefOf({ page: 'inbox' })} aria-label="Back to the inbox">
        <Icon name="back" />
      </a>
      {page === null ? (
        <div class="skeleton" aria-hidden="true">
          <i />
          <i />
          <i />
        </div>
      ) : page === 'failed' ? (
        <p class="empty" role="alert">
          The metrics could not be loaded. Your work is not affected.{' '}
          <button type="button" class="link" onClick={load}>
            Try again
          </button>
        </p>
      ) : (
        <page.component workspaceName={workspaceName} />
      )}
    </main>
  );
}
