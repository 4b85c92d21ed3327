/** A console sends again what it heard no answer to within a minute; no supervisor sends so many meanwhile. */
const KEPT = 500;

export const ANSWERED_FRAMES_SCHEMA =
  'create table answered_frames (n integer primary key autoincrement, frame text not null unique, refusal text) strict';

/** What a frame came to: done, or why not. */
export type Outcome = { refusal: string | null };

/** [R12] What supervisors' frames came to: one that is sent again, because its answer was not heard, is answered as the first time and done no second time. */
export class AnsweredFrames {
  readonly #sql: SqlStorage;
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Call in the turn in which the deed is done, and again should it come to something else in the end. */
  keep(frame: string, { refusal }: Outcome): void {
    this.#sql.exec(
      'insert into answered_frames (frame, refusal) values (?, ?) on conflict (frame) do update set refusal = excluded.refusal',
      frame,
      refusal,
    );
    this.#sql.exec('delete from answered_frames where n <= (select max(n) from answered_frames) - ?', KEPT);
  }

  /**
   * What this frame comes to. `act` does the deed and keeps its outcome in its first turn; it is called unless the frame has been answered before. A repeat
   * that comes while the deed is under way waits for it: its outcome may still change.
   */
  async once(frame: string, act: () => Promise<void>): Promise<Outcome> {
    await this.#underWay.get(frame)?.catch(() => {});
    const before = this.#of(frame);
    if (before !== null) return before;
    const acting = act();
    this.#underWay.set(frame, acting);
    try {
      await acting;
    } finally {
      this.#underWay.delete(frame);
    }
    return this.#of(frame) ?? { refusal: null };
  }

  #of(frame: string): Outcome | null {
    return this.#sql.exec<Outcome>('select refusal from answered_frames where frame = ?', frame).toArray()[0] ?? null;
  }
}
