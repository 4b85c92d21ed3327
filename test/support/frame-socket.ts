export type Frame = { type: string } & Record<string, unknown>;

/** A socket that keeps what it heard and lets a test wait for the next frame that fits. */
export class FrameSocket<Down extends { type: string } = Frame> {
  readonly frames: Down[] = [];
  pongs = 0;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #next = 0;

  /** `socket` is open or opening; in the Workers runtime it must have been accepted. */
  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#socket.addEventListener('message', ({ data }) => {
      if (data === 'pong') {
        this.pongs += 1;
        return;
      }
      this.frames.push(JSON.parse(String(data)) as Down);
      for (const wake of this.#waiting) wake();
    });
    this.closed = new Promise((resolve) => {
      this.#socket.addEventListener('close', ({ code, reason }) => {
        resolve({ code, reason });
        for (const wake of this.#waiting) wake();
      });
    });
    // The close event says it all; without a listener Node would call it uncaught.
    this.#socket.addEventListener('error', () => {});
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  sendRaw(data: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(data);
  }

  /** Sends a frame under a fresh id (or the given one) and resolves to its ack or nack. */
  async ask(frame: Record<string, unknown>, withinMs = 10_000): Promise<Frame> {
    const id = (frame.id as string | undefined) ?? `t-${Math.random().toString(36).slice(2).padEnd(10, '0')}`;
    this.sendRaw(JSON.stringify({ ...frame, id }));
    return (await this.find(
      (down) => (down.type === 'ack' || down.type === 'nack') && (down as unknown as { id: string }).id === id,
      withinMs,
    )) as unknown as Frame;
  }

  /** The first frame, from the beginning, that fits; waits for it. Rejects after `withinMs`, naming what was heard. */
  async find(fits: (frame: Down) => boolean, withinMs = 10_000): Promise<Down> {
    let from = 0;
    return this.#wait(withinMs, () => {
      for (; from < this.frames.length; from += 1) {
        const frame = this.frames[from] as Down;
        if (fits(frame)) return frame;
      }
      return null;
    });
  }

  /** Like `find`, but only among frames that no earlier `next` has passed. */
  async next(fits: (frame: Down) => boolean, withinMs = 10_000): Promise<Down> {
    return this.#wait(withinMs, () => {
      for (; this.#next < this.frames.length; this.#next += 1) {
        const frame = this.frames[this.#next] as Down;
        if (fits(frame)) {
          this.#next += 1;
          return frame;
        }
      }
      return null;
    });
  }

  async #wait(withinMs: number, look: () => Down | null): Promise<Down> {
    const until = Date.now() + withinMs;
    for (;;) {
      const found = look();
      if (found !== null) return found;
      const left = until - Date.now();
      const isOver = this.#socket.readyState === WebSocket.CLOSED;
      if (left <= 0 || isOver) {
        const heard = this.frames.map(({ type }) => type).join(', ');
        throw new Error(`${isOver ? 'the socket closed' : `nothing fitting within ${withinMs} ms`}; heard: ${heard}`);
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.#waiting.add(wake);
      });
    }
  }

  close(): void {
    this.#socket.close(1000);
  }
}
