/** What comes next: earliest first, and of the same time whatever was added first, so that a run never depends on chance of storage. */
export class MinHeap<T> {
  readonly #items: { at: number; n: number; value: T }[] = [];
  #added = 0;

  get size(): number {
    return this.#items.length;
  }

  add(at: number, value: T): void {
    const items = this.#items;
    const item = { at, n: this.#added++, value };
    let i = items.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = items[parent] as (typeof items)[number];
      if (isBefore(above, item)) break;
      items[i] = above;
      i = parent;
    }
    items[i] = item;
  }

  peek(): { at: number; value: T } | undefined {
    return this.#items[0];
  }

  take(): { at: number; value: T } | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= items.length) break;
      const left = items[child] as typeof last;
      const right = items[child + 1];
      if (right !== undefined && isBefore(right, left)) child += 1;
      const smaller = items[child] as typeof last;
      if (isBefore(last, smaller)) break;
      items[i] = smaller;
      i = child;
    }
    items[i] = last;
    return first;
  }
}

const isBefore = (a: { at: number; n: number }, b: { at: number; n: number }): boolean =>
  a.at < b.at || (a.at === b.at && a.n < b.n);
