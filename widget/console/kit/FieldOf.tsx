import type { ComponentChildren } from 'preact';
import type { Field } from '#domain/bundle/bundle.ts';

/** A field of the bundle: its value, or why it is not there. Nothing is silently empty. */
export function FieldOf<T>({ field, children }: { field: Field<T>; children(value: T): ComponentChildren }) {
  return field.status === 'present' ? children(field.value) : <Missing reason={field.reason} />;
}

export function Missing({ reason }: { reason: string }) {
  return (
    <p class="missing">
      <span class="tag">Missing</span> {reason}.
    </p>
  );
}
