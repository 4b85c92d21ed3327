import type { Trigger } from '#domain/triggers/policy.ts';
import { policyDiff, sayChange } from '#domain/triggers/policy-diff.ts';
import type { PolicyEffect } from '#domain/triggers/policy-effect.ts';
import type { PolicyVersion } from '#protocol/policy.ts';
import { Time } from '../kit/Time.tsx';
import { hrefOf } from '../route.ts';
import { plural } from '../wording.ts';
import { DECISION_WORDS, decisionWords, effectWords, STATUS_WORDS } from './policy-draft.ts';

type PolicyVersionsProps = {
  versions: readonly PolicyVersion[];
  chosen: number;
  choose(version: number): void;
};

/** Every version with who, when and why; the one that is looked at is marked. */
export function PolicyVersions({ versions, chosen, choose }: PolicyVersionsProps) {
  return (
    <ul class="s-versions">
      {versions.map(({ version, author, reason, status, createdAt, changed, parent }) => (
        <li key={version} class={status === 'active' ? 's-in-force' : undefined}>
          <button
            type="button"
            class="link"
            aria-label={`Version ${version}, ${STATUS_WORDS[status]}`}
            aria-current={version === chosen ? 'true' : undefined}
            onClick={() => choose(version)}
          >
            Version {version}
          </button>
          <span class="tag">{STATUS_WORDS[status]}</span>
          <span class="s-version-why">{reason}</span>
          <span class="quiet small">
            {author}
            {parent !== null && <>, from version {parent}</>}
            {createdAt > 0 && (
              <>
                , <Time at={createdAt} focusable />
              </>
            )}
            {changed !== null && status !== 'draft' && (
              <>
                ; {STATUS_WORDS[status]} by {changed.name}, <Time at={changed.at} focusable />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What differs, in words, one trigger a line. */
export function DiffLines({ before, after }: { before: readonly Trigger[]; after: readonly Trigger[] }) {
  const changes = policyDiff(before, after).map(sayChange);
  if (changes.length === 0) return <p class="s-none">Nothing differs.</p>;
  return (
    <ul class="s-diff">
      {changes.map((words) => (
        <li key={words}>{words.charAt(0).toUpperCase() + words.slice(1)}</li>
      ))}
    </ul>
  );
}

const HOW_WORDS = {
  now: 'would have a say',
  no_longer: 'would have none any more',
  otherwise: 'would do something else',
};

type EffectLinesProps = {
  effect: PolicyEffect;
  queues: readonly { slug: string; name: string }[];
  labels: ReadonlyMap<string, string>;
};

/** What would have been decided otherwise, behind which triggers and in which conversations. */
export function EffectLines({ effect, queues, labels }: EffectLinesProps) {
  return (
    <>
      <p class="s-summary">{effectWords(effect)}</p>
      {effect.moves.length > 0 && (
        <ul>
          {effect.moves.map(({ from, to, count }) => (
            <li key={`${from} ${to}`}>
              <strong class="number">{count}</strong>{' '}
              {from === to
                ? `${DECISION_WORDS[to].toLowerCase()} as before, but elsewhere or otherwise`
                : DECISION_WORDS[to].toLowerCase()}
              {from !== to && <span class="quiet"> instead of: {DECISION_WORDS[from].toLowerCase()}</span>}
            </li>
          ))}
        </ul>
      )}
      {effect.triggers.length > 0 && (
        <ul>
          {effect.triggers.map(({ id, label, how, count }) => (
            <li key={`${id} ${how}`}>
              “{label}” {HOW_WORDS[how]} in <span class="number">{count}</span>
            </li>
          ))}
        </ul>
      )}
      <Examples examples={effect.examples} queues={queues} labels={labels} />
    </>
  );
}

type ExamplesProps = Pick<EffectLinesProps, 'queues' | 'labels'> & Pick<PolicyEffect, 'examples'>;

export function Examples({ examples, queues, labels }: ExamplesProps) {
  if (examples.length === 0) return null;
  return (
    <details>
      <summary>{plural(examples.length, 'conversation')} to look at</summary>
      <ul class="s-examples">
        {examples.map(({ conversationId, subject, at, was, now }) => (
          <li key={`${conversationId} ${at}`}>
            <a href={hrefOf({ page: 'conversation', id: conversationId })}>{subject || 'A conversation'}</a>{' '}
            <Time at={at} />
            <span class="quiet">Was: {decisionWords(was, queues, labels)}</span>
            <span>Would be: {decisionWords(now, queues, labels)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
