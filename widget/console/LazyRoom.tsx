import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from './kit/Icon.tsx';
import { hrefOf } from './route.ts';

type LazyRoomProps<P> = {
  /** "The metrics", for the sentence that says that they did not come. */
  name: string;
  load(): Promise<{ default: ComponentType<P> }>;
  /** What the page is drawn with. */
  props: P;
};

/** A page that is loaded by whoever looks at it: it is no part of the inbox. */
export function LazyRoom<P extends object>(props: LazyRoomProps<P>) {
  return (
    <main class="lazy-room">
      <a class="plain back" href={hrefOf({ page: 'inbox' })} aria-label="Back to the inbox">
        <Icon name="back" />
      </a>
      <LazyPart {...props} />
    </main>
  );
}

/** The same for a part of a page. */
export function LazyPart<P extends object>({ name, load, props }: LazyRoomProps<P>) {
  const [page, setPage] = useState<{ component: ComponentType<P> } | 'failed' | null>(null);
  const fetchPage = () => {
    setPage(null);
    load().then(
      ({ default: component }) => setPage({ component }),
      () => setPage('failed'),
    );
  };
  useEffect(fetchPage, []);
  if (page === null) {
    return (
      <div class="skeleton" aria-hidden="true">
        <i />
        <i />
        <i />
      </div>
    );
  }
  if (page === 'failed') {
    return (
      <p class="empty" role="alert">
        {name} could not be loaded. Your work is not affected.{' '}
        <button type="button" class="link" onClick={fetchPage}>
          Try again
        </button>
      </p>
    );
  }
  return <page.component {...props} />;
}
