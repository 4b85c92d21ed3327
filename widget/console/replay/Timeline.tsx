import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Marker, MarkerKind } from '#domain/timeline/markers.ts';
import { clockTime, plural, timeOfDay, withoutMarks } from '../wording.ts';
import type { Replay } from './replay.ts';
import { beforeRecording, LANES, layMarks, type Mark, positionOf, seekKey, timeAt } from './timeline.ts';

const MARK_PX = 14;
const LANE_NAMES = { said: 'Said', failed: 'Failed', did: 'Did' } as const;
const KIND_NAMES: Record<MarkerKind, string> = {
  trouble: 'Moment of trouble',
  message: 'Message',
  attempt: 'Attempt',
  error: 'Error',
  request: 'Request',
  click: 'Click',
  navigation: 'Page',
};

export function Timeline({ replay, markers }: { replay: Replay; markers: readonly Marker[] }) {
  const track = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(480);
  useLayoutEffect(() => {
    const element = track.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const span = replay.span.value;
  const { at } = replay.player.value;
  const before = replay.phase.value === 'shown' ? beforeRecording(replay.troubleAt.value, span) : null;
  const marks = layMarks(markers, span, width, MARK_PX);
  const left = (position: number) => `${(position * 100).toFixed(3)}%`;
  const seekTo = (clientX: number) => {
    const box = track.current?.getBoundingClientRect();
    if (box && box.width > 0) replay.seek(timeAt(span, (clientX - box.left) / box.width));
  };
  return (
    <div class="timeline">
      {LANES.map((lane) => (
        <div class="lane" key={lane}>
          <span class="lane-name">{LANE_NAMES[lane]}</span>
          <div class="marks">
            {marks
              .filter((mark) => mark.lane === lane)
              .map((mark) => (
                <MarkButton
                  key={`${mark.at} ${mark.kind}`}
                  mark={mark}
                  fromAt={span.fromAt}
                  left={left(mark.position)}
                  onSeek={() => replay.seek(mark.kind === 'trouble' ? mark.at - 1000 : mark.at - 500)}
                />
              ))}
          </div>
        </div>
      ))}
      <div class="lane">
        <span class="lane-name" />
        <div
          class="track"
          ref={track}
          role="slider"
          tabIndex={0}
          aria-label="Time line"
          aria-valuemin={0}
          aria-valuemax={Math.max(0, span.toAt - span.fromAt)}
          aria-valuenow={Math.max(0, at - span.fromAt)}
          aria-valuetext={`${clockTime(at - span.fromAt)} of ${clockTime(span.toAt - span.fromAt)}, ${timeOfDay(at)}`}
          onKeyDown={(event) => {
            const to = seekKey(event.key, at, span);
            if (to === null) return;
            event.preventDefault();
            replay.seek(to);
          }}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            seekTo(event.clientX);
          }}
          onPointerMove={(event) => {
            if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event.clientX);
          }}
        >
          <span class="past" style={{ width: left(positionOf(span, at)) }} />
          {replay.gaps.value.map((gap) => {
            const from = positionOf(span, gap.fromAt);
            const to = positionOf(span, gap.toAt);
            return (
              <span
                key={gap.fromAt}
                class="gap"
                title={`${plural(gap.missing, 'part')} of the recording missing`}
                style={{ left: left(from), width: `max(3px, ${left(to - from)})` }}
              />
            );
          })}
          <span class="thumb" style={{ left: left(positionOf(span, at)) }} />
        </div>
      </div>
      {before !== null && <p class="small before-recording">{before}</p>}
      {replay.gaps.value.length > 0 && (
        <p class="quiet small">
          {plural(
            replay.gaps.value.reduce((sum, { missing }) => sum + missing, 0),
            'part',
          )}{' '}
          of the recording did not arrive; hatched on the line.
        </p>
      )}
    </div>
  );
}

type MarkButtonProps = { mark: Mark; fromAt: number; left: string; onSeek(): void };

function MarkButton({ mark, fromAt, left, onSeek }: MarkButtonProps) {
  const each = mark.markers.map(
    ({ kind, label, at }) => `${KIND_NAMES[kind]}: ${withoutMarks(label)}, ${clockTime(at - fromAt)}`,
  );
  const label = each.length > 1 ? `${each.length} together. ${each.join('; ')}` : each.join();
  return (
    <button
      type="button"
      class={`mark ${mark.kind}`}
      style={{ left }}
      aria-label={label}
      title={label}
      onClick={onSeek}
    >
      <Shape kind={mark.kind} />
      {mark.markers.length > 1 && <span class="many number">{mark.markers.length}</span>}
    </button>
  );
}

/** One shape each, so that nothing rests on colour. */
function Shape({ kind }: { kind: MarkerKind }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      {SHAPES[kind]}
    </svg>
  );
}

const SHAPES: Record<MarkerKind, preact.JSX.Element> = {
  trouble: <path d="M6 .8 11.6 11H.4Z" />,
  message: <path d="M1 2.2h10v6H6L3.4 10.8V8.2H1Z" />,
  attempt: <path d="M1 2.2h10v6H6L3.4 10.8V8.2H1Zm1.6 1.5v3h6.8v-3Z" fill-rule="evenodd" />,
  error: <path d="M2.2.8 6 4.6 9.8.8l1.4 1.4L7.4 6l3.8 3.8-1.4 1.4L6 7.4l-3.8 3.8L.8 9.8 4.6 6 .8 2.2Z" />,
  request: <path d="M1 1h10v10H1Zm4.2 1.6v4.6h1.6V2.6Zm0 5.6v1.5h1.6V8.2Z" fill-rule="evenodd" />,
  click: <circle cx="6" cy="6" r="3.2" />,
  navigation: <path d="m6 .8 5.2 5.2L6 11.2.8 6Z" />,
};
