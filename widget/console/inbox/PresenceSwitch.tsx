import type { AgentFeed } from './agent-feed.ts';

export function PresenceSwitch({ feed }: { feed: AgentFeed }) {
  const state = feed.state.value;
  const available = state?.presence === 'available';
  return (
    <div class="presence">
      <button
        type="button"
        role="switch"
        aria-checked={available}
        aria-label="Available"
        aria-disabled={state === null}
        class="switch"
        onClick={() => state !== null && void feed.setAvailable(!available)}
      >
        <span class="knob" />
        <span>{available ? 'Available' : 'Away'}</span>
      </button>
      {state !== null && (
        <span class="quiet number" title={`${state.load} of ${state.capacity} slots in use`}>
          {state.load} of {state.capacity}
          <span class="unseen"> slots in use</span>
        </span>
      )}
      {state?.presenceBecause != null && (
        <p class="because" role="status">
          {state.presenceBecause}
        </p>
      )}
    </div>
  );
}
