import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type Marker, toMarkers } from '#domain/timeline/markers.ts';
import type { LiveConversation, Standing } from '../conversation/live-conversation.ts';
import { Controls } from './Controls.tsx';
import type { Replay } from './replay.ts';
import { Timeline } from './Timeline.tsx';

type ReplayPaneProps = { conversation: LiveConversation; replay: Replay; replayOrigin: string };

export function ReplayPane({ conversation, replay, replayOrigin }: ReplayPaneProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const entries = conversation.entries.value;
  const standing = conversation.standing.value;
  const phase = replay.phase.value;
  const markers = useMemo(
    () => markersOf(conversation, replay.troubleAt.value),
    [entries, standing, replay.troubleAt.value],
  );
  useEffect(
    () => (frame.current === null ? undefined : replay.attach(frame.current, replayOrigin)),
    [replay, replayOrigin],
  );

  return (
    <section aria-label="Replay" class="replay">
      <div class="screen">
        <iframe
          ref={frame}
          title="Replay of the visitor’s page"
          src={`${replayOrigin}/replay/`}
          // Scripts, and an origin of its own that is not ours: what it plays was made by strangers.
          sandbox="allow-scripts allow-same-origin"
          referrerpolicy="no-referrer"
          tabIndex={-1}
        />
        {phase !== 'shown' && (
          <div class="cover">
            <Cover replay={replay} sharing={standing?.sharing ?? 'off'} />
          </div>
        )}
      </div>
      <Timeline replay={replay} markers={markers} />
      <Controls replay={replay} online={standing?.visitor.online === true} />
    </section>
  );
}

/** The bundle's moment of trouble is the one that is shown; the trail's own reckoning may have moved on since. */
function markersOf(conversation: LiveConversation, troubleAt: number | null): Marker[] {
  const standing = conversation.standing.value;
  const messages = conversation.entries.value.flatMap((entry) => {
    if (entry.type === 'message') return [{ id: entry.clientId, at: entry.at, author: entry.author.kind }];
    if (entry.type === 'attempt') return [{ id: `${entry.seq}`, at: entry.at, author: 'withheld' }];
    if (entry.type === 'attempt_failed') return [{ id: `${entry.seq}`, at: entry.at, author: 'failed' }];
    return [];
  });
  const markers = toMarkers(standing?.trail ?? [], messages).filter(({ kind }) => kind !== 'trouble');
  if (troubleAt === null) return markers;
  const kept =
    standing?.bundle?.recording.status === 'present' ? standing.bundle.recording.value.momentOfTrouble : null;
  return [...markers, { at: troubleAt, kind: 'trouble', label: kept?.because ?? 'Where the trouble began' }];
}

function Cover({ replay, sharing }: { replay: Replay; sharing: Standing['sharing'] }) {
  switch (replay.phase.value) {
    case 'none':
      return sharing === 'ask' || sharing === 'stopped' ? (
        <p>
          <strong>{sharing === 'ask' ? 'The visitor has not agreed yet' : 'The visitor shows no recording'}</strong>
          {sharing === 'ask' ? 'They have been asked whether you may see their page. ' : ''}Conversation, steps and
          context are complete without it.
        </p>
      ) : (
        <p>
          <strong>No recording yet</strong>
          The recording arrives as soon as the visitor’s page uploads it. It starts here by itself.
        </p>
      );
    case 'loading':
      return (
        <div class="skeleton picture" role="status" aria-label="Loading the recording">
          <i />
        </div>
      );
    case 'blind':
      return (
        <p>
          <strong>No picture yet</strong>
          Parts of the recording are here, but not the one with the whole page. It starts by itself when that arrives.
        </p>
      );
    case 'failed':
      return (
        <p role="alert">
          <strong>The replay cannot be shown</strong>
          {replay.failure.value} Conversation, steps and context are complete without it.
          <button type="button" class="secondary" onClick={replay.retry}>
            Try again
          </button>
        </p>
      );
    case 'shown':
      return null;
    default:
      return replay.phase.value satisfies never;
  }
}
