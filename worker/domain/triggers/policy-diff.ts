import { isSame } from '#domain/is-same.ts';
import type { Trigger } from '#domain/triggers/policy.ts';

export const TRIGGER_PARTS = ['label', 'layer', 'conditions', 'actions', 'on', 'off', 'ends'] as const;
export type TriggerPart = (typeof TRIGGER_PARTS)[number];

/** What became of one trigger between two versions. `before` and `after` are there where it was. */
export type TriggerChange =
  | { kind: 'added'; after: Trigger }
  | { kind: 'removed'; before: Trigger }
  | { kind: 'changed'; before: Trigger; after: Trigger; parts: TriggerPart[] }
  /** Before or behind others that both versions have: the first to name a queue decides it. */
  | { kind: 'moved'; before: Trigger; after: Trigger };

/** [T11] What differs between two versions, trigger by trigger, in the newer one's order; what is gone comes last. */
export function policyDiff(before: readonly Trigger[], after: readonly Trigger[]): TriggerChange[] {
  const was = new Map(before.map((trigger) => [trigger.id, trigger]));
  const is = new Map(after.map((trigger) => [trigger.id, trigger]));
  const moved = movedIds(
    before.flatMap(({ id }) => (is.has(id) ? [id] : [])),
    after.flatMap(({ id }) => (was.has(id) ? [id] : [])),
  );
  const changes = after.flatMap((trigger): TriggerChange[] => {
    const old = was.get(trigger.id);
    if (old === undefined) return [{ kind: 'added', after: trigger }];
    const parts = changedParts(old, trigger);
    if (parts.length > 0) return [{ kind: 'changed', before: old, after: trigger, parts }];
    return moved.has(trigger.id) ? [{ kind: 'moved', before: old, after: trigger }] : [];
  });
  const gone = before.flatMap((trigger): TriggerChange[] =>
    is.has(trigger.id) ? [] : [{ kind: 'removed', before: trigger }],
  );
  return [...changes, ...gone];
}

function changedParts(old: Trigger, now: Trigger): TriggerPart[] {
  return [
    ...(old.label === now.label ? [] : (['label'] as const)),
    ...(old.layer === now.layer ? [] : (['layer'] as const)),
    ...(isSame(old.when, now.when) ? [] : (['conditions'] as const)),
    ...(isSame(old.actions, now.actions) ? [] : (['actions'] as const)),
    ...(old.enabled === now.enabled ? [] : ([now.enabled ? 'on' : 'off'] as const)),
    ...(old.ends === now.ends ? [] : (['ends'] as const)),
  ];
}

/** Those that have to move for the rest to stay where they are: all but a longest run that both have in the same order. */
function movedIds(before: readonly string[], after: readonly string[]): Set<string> {
  const place = new Map(before.map((id, index) => [id, index]));
  const best = after.map(() => 1);
  const from: (number | null)[] = after.map(() => null);
  for (let i = 0; i < after.length; i++)
    for (let j = 0; j < i; j++)
      if (placeOf(j) < placeOf(i) && best[j]! + 1 > best[i]!) {
        best[i] = best[j]! + 1;
        from[i] = j;
      }
  const moved = new Set(after);
  for (let at: number | null = best.length === 0 ? null : best.indexOf(Math.max(...best)); at !== null; at = from[at]!)
    moved.delete(after[at]!);
  return moved;

  function placeOf(index: number): number {
    return place.get(after[index]!)!;
  }
}

const PART_WORDS: Record<TriggerPart, string> = {
  label: 'name',
  layer: 'layer',
  conditions: 'conditions',
  actions: 'what it does',
  on: 'switched on',
  off: 'switched off',
  ends: 'whether it ends the list',
};

/** One change in words: “Legal words”: conditions, what it does. */
export function sayChange(change: TriggerChange): string {
  switch (change.kind) {
    case 'added':
      return `added “${change.after.label}”`;
    case 'removed':
      return `removed “${change.before.label}”`;
    case 'moved':
      return `moved “${change.after.label}”`;
    case 'changed':
      return `changed “${change.after.label}”: ${change.parts.map((part) => PART_WORDS[part]).join(', ')}`;
  }
}
