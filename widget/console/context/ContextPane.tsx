import { useId } from 'preact/hooks';
import type { Entry } from '../conversation/entries.ts';
import type { LiveConversation, Standing } from '../conversation/live-conversation.ts';
import type { InLine } from '../inbox/rank-order.ts';
import type { Replay } from '../replay/replay.ts';
import { TABS, type Tab, tab } from '../screen.ts';
import { Account } from './Account.tsx';
import { History } from './History.tsx';
import { Receipt } from './Receipt.tsx';
import { Report } from './Report.tsx';
import { Steps } from './Steps.tsx';
import { Why } from './Why.tsx';

const NAMES: Record<Tab, string> = {
  report: 'Report',
  why: 'Why',
  steps: 'Steps',
  account: 'Account',
  history: 'History',
};

/** Tabs there are for this work; a bug report comes first, because it is why the engineer has it. */
export const tabsFor = (standing: Standing | null): Tab[] =>
  TABS.filter((one) => one !== 'report' || standing?.bundle?.bugReport.status === 'present');

export function ContextPane({
  conversation,
  replay,
  inLine,
  mayDelete,
}: {
  conversation: LiveConversation;
  replay: Replay | null;
  inLine: InLine | null;
  mayDelete: boolean;
}) {
  const standing = conversation.standing.value;
  const tabs = tabsFor(standing);
  const current = tabs.find((one) => one === tab.value) ?? tabs[0]!;
  const id = useId();
  const move = (by: number) => {
    const next = tabs[(tabs.indexOf(current) + by + tabs.length) % tabs.length]!;
    tab.value = next;
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <section aria-label="Context" class="context">
      <div
        role="tablist"
        aria-label="Context"
        tabIndex={-1}
        onKeyDown={({ key }) => {
          if (key === 'ArrowRight') move(1);
          if (key === 'ArrowLeft') move(-1);
        }}
      >
        {tabs.map((one, i) => (
          <button
            key={one}
            id={`${id}-${one}`}
            type="button"
            role="tab"
            aria-selected={one === current}
            aria-controls={`${id}-panel`}
            tabIndex={one === current ? 0 : -1}
            title={`${NAMES[one]} (${i + 1})`}
            onClick={() => {
              tab.value = one;
            }}
          >
            {NAMES[one]}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${current}`}
        class="panel"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        key={`${conversation.id} ${current}`}
      >
        {standing === null ? (
          <div class="skeleton" aria-hidden="true">
            <i />
            <i />
            <i />
          </div>
        ) : (
          <Panel
            tab={current}
            conversationId={conversation.id}
            standing={standing}
            entries={conversation.entries.value}
            replay={replay}
            inLine={inLine}
            mayDelete={mayDelete}
          />
        )}
      </div>
    </section>
  );
}

type PanelProps = {
  tab: Tab;
  conversationId: string;
  standing: Standing;
  entries: readonly Entry[];
  replay: Replay | null;
  inLine: InLine | null;
  mayDelete: boolean;
};

function Panel({ tab: current, conversationId, standing, entries, replay, inLine, mayDelete }: PanelProps) {
  const { bundle, escalation, page, trail } = standing;
  switch (current) {
    case 'report':
      return bundle?.bugReport.status === 'present' ? <Report report={bundle.bugReport.value} replay={replay} /> : null;
    case 'why':
      return bundle === null ? (
        <p class="answer-line">
          {escalation === null
            ? 'The assistant has this; nobody has asked for a person. The reasons appear here when it is handed over.'
            : 'The context is being put together. It appears here by itself, in a moment.'}
        </p>
      ) : (
        <Why
          bundle={bundle}
          entries={entries}
          isTaken={escalation?.state === 'assigned' || escalation?.state === 'resolved'}
          inLine={inLine}
        />
      );
    case 'steps':
      return (
        <>
          <Steps bundle={bundle} trail={trail} replay={replay} />
          {standing.recordingId !== null && <Receipt recordingId={standing.recordingId} mayDelete={mayDelete} />}
        </>
      );
    case 'account':
      return <Account bundle={bundle} page={page ?? (bundle?.page.status === 'present' ? bundle.page.value : null)} />;
    case 'history':
      return (
        <History
          conversationId={conversationId}
          bundle={bundle}
          hops={escalation?.hops ?? bundle?.hops ?? []}
          escalation={escalation}
        />
      );
    default:
      return current satisfies never;
  }
}
