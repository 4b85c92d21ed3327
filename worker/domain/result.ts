/** An expected no, with a reason from a closed list. */
export type Refusal<Reason extends string> = { ok: false; reason: Reason; message: string };
export type Accepted<Event> = { ok: true; events: Event[] };
export type Decision<Event, Reason extends string> = Accepted<Event> | Refusal<Reason>;

/** An expected no, made where it is known: the reason for code, the message for a reader. */
export const refuse = <Reason extends string>(reason: Reason, message: string): Refusal<Reason> => ({
  ok: false,
  reason,
  message,
});

/** Closes a switch: a new member of the union makes the call a type error. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
