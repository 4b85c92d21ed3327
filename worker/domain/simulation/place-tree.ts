/** Counts over places 1…n that change one at a time: a Fenwick tree that grows. Both operations cost log n. */
export class PlaceTree {
  #sums: number[] = [0];

  /** Adds to one place. */
  add(place: number, amount: number): void {
    this.#grow(place);
    for (let i = place; i < this.#sums.length; i += i & -i) this.#sums[i] = (this.#sums[i] as number) + amount;
  }

  /** The sum of places 1…`place`. */
  upTo(place: number): number {
    let sum = 0;
    for (let i = Math.min(place, this.#sums.length - 1); i > 0; i -= i & -i) sum += this.#sums[i] as number;
    return sum;
  }

  #grow(place: number): void {
    while (this.#sums.length <= place) {
      const i = this.#sums.length;
      // A new node covers (i − lowbit, i]; what is there already must be in it.
      let sum = 0;
      const from = i - (i & -i);
      for (let j = i - 1; j > from; j -= j & -j) sum += this.#sums[j] as number;
      this.#sums.push(sum);
    }
  }
}
