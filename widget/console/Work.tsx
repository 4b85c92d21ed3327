import { useEffect, useMemo } from 'preact/hooks';
import { ContextPane } from './context/ContextPane.tsx';
import { ConversationPane } from './conversation/ConversationPane.tsx';
import type { LiveConversation } from './conversation/live-conversation.ts';
import { inLineOf } from './inbox/rank-order.ts';
import { isSupervisor } from './inbox/supervision.ts';
import { ReplayPane } from './replay/ReplayPane.tsx';
import { openReplay, type Replay } from './replay/replay.ts';
import { hrefOf } from './route.ts';
import { mode, open, pane, tab } from './screen.ts';
import type { Workplace } from './workplace.ts';

type WorkProps = {
  workplace: Workplace;
  conversation: LiveConversation;
  field: { current: HTMLTextAreaElement | null };
  replayRef: { current: Replay | null };
};

/** A message that was written just after the last event is shown with that one. */
const SLACK_MS = 2000;

/** Null where the recording has nothing of that time. */
function showAt(replay: Replay, at: number): (() => void) | null {
  const { fromAt, toAt } = replay.span.value;
  if (replay.phase.value !== 'shown' || at < fromAt || at > toAt + SLACK_MS) return null;
  return () => {
    pane.value = 'context';
    replay.seek(at);
  };
}

/** One conversation with everything about it: the words, the page as it was seen, and why it is here. */
export function Work({ workplace, conversation, field, replayRef }: WorkProps) {
  const { me } = workplace;
  const replay = useMemo(() => openReplay(conversation), [conversation]);
  useEffect(() => {
    // Each work opens with what it is about, not with the tab that was last read in another.
    tab.value = null;
    pane.value = 'conversation';
    mode.value = 'message';
  }, [conversation]);
  useEffect(() => {
    replayRef.current = replay;
    return () => {
      replay.close();
      if (replayRef.current === replay) replayRef.current = null;
    };
  }, [replay]);
  if (conversation.standing.value === null && conversation.connection.value === 'refused') {
    return (
      <main class="nothing">
        <h1>This conversation cannot be opened</h1>
        <p>
          It was deleted, because it was older than this workspace keeps conversations or because its visitor was
          erased; or it is not in this workspace, or the link was cut short. Your other work is untouched.
        </p>
        <a href={hrefOf({ page: 'inbox' })}>Back to the inbox</a>
      </main>
    );
  }
  return (
    <div class="work-panes" data-pane={pane.value}>
      <div class="pane-switch">
        {(['conversation', 'context'] as const).map((one) => (
          <button key={one} type="button" aria-pressed={pane.value === one} onClick={() => (pane.value = one)}>
            {one === 'conversation' ? 'Conversation' : 'Replay and context'}
          </button>
        ))}
      </div>
      <ConversationPane
        conversation={conversation}
        agentId={me.agent.id}
        mode={mode}
        field={field}
        onDialog={(dialog) => {
          open.value = { dialog };
        }}
        onShow={(at) => showAt(replay, at)}
      />
      <div class="right">
        <ReplayPane conversation={conversation} replay={replay} replayOrigin={me.replayOrigin} />
        <ContextPane
          conversation={conversation}
          replay={replay}
          inLine={inLineOf(
            conversation.id,
            workplace.queues.map(({ view }) => view.value),
          )}
          mayDelete={isSupervisor(me.agent.role)}
        />
      </div>
    </div>
  );
}
