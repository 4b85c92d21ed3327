import { Icon } from '../kit/Icon.tsx';
import { clockTime, timeOfDay } from '../wording.ts';
import { type Replay, SPEEDS } from './replay.ts';

type ControlsProps = { replay: Replay; online: boolean };

export function Controls({ replay, online }: ControlsProps) {
  const state = replay.player.value;
  const { fromAt, toAt } = replay.span.value;
  const off = replay.phase.value !== 'shown';
  const tabs = replay.tabs.value;
  const moving = state.playing || state.live;
  const canGoLive = online && replay.canFollow.value;
  const isLive = online && replay.isLive.value;
  return (
    <div class="controls">
      <button
        type="button"
        class="plain"
        aria-label={moving ? 'Pause' : 'Play'}
        title={`${moving ? 'Pause' : 'Play'} (space)`}
        aria-disabled={off}
        onClick={replay.togglePlay}
      >
        <Icon name={moving ? 'pause' : 'play'} />
      </button>
      <span class="number time">
        {clockTime(state.at - fromAt)} <span class="quiet">of {clockTime(toAt - fromAt)}</span>
      </span>
      {replay.troubleAt.value !== null && (
        <button
          type="button"
          class="plain words"
          title="Moment of trouble (m)"
          aria-disabled={off}
          onClick={replay.toTrouble}
        >
          <Icon name="alert" /> Trouble
        </button>
      )}
      <span class="grow" />
      {tabs.length > 1 && (
        <label class="inline">
          <span class="unseen">Tab of the visitor</span>
          <select
            value={replay.tab.value ?? ''}
            onChange={({ currentTarget }) => replay.chooseTab(currentTarget.value)}
          >
            {tabs.map(({ tab, toAt: lastAt }, i) => (
              <option key={tab} value={tab}>
                Tab {tabs.length - i}, {timeOfDay(lastAt)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="inline">
        <span class="unseen">Speed</span>
        <select
          value={String(replay.speed.value)}
          onChange={({ currentTarget }) => replay.setSpeed(Number(currentTarget.value))}
        >
          {SPEEDS.map((speed) => (
            <option key={speed} value={String(speed)}>
              {speed}×
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="plain words"
        aria-pressed={replay.skipIdle.value}
        title="Hurry through stretches in which nothing happens"
        onClick={() => replay.setSkipIdle(!replay.skipIdle.value)}
      >
        <Icon name="skip" /> <span>Skip idle</span>
      </button>
      <button
        type="button"
        class={`plain words live ${isLive ? 'on' : ''}`}
        aria-pressed={isLive}
        aria-disabled={off || (!canGoLive && !state.live)}
        title={
          isLive
            ? 'Following the page as the visitor uses it'
            : !online
              ? 'The visitor is not on the page'
              : canGoLive
                ? 'Follow the page as the visitor uses it'
                : 'What the visitor has before them is not recorded'
        }
        onClick={() => {
          if (!off && (canGoLive || state.live)) replay.setLive(canGoLive && !isLive);
        }}
      >
        <span class={`dot ${canGoLive ? 'available' : 'offline'}`} aria-hidden="true" />
        Live
      </button>
      <button
        type="button"
        class="plain"
        aria-label="Full screen"
        title="Full screen (f)"
        onClick={replay.toggleFullScreen}
      >
        <Icon name="full" />
      </button>
    </div>
  );
}
