import { contentTerms } from './terms.ts';

/** Character trigrams of a word with its edges marked, so that beginnings and endings count. */
export function trigrams(word: string): string[] {
  const padded = `^${word}$`;
  const grams: string[] = [];
  for (let i = 0; i + 3 <= padded.length; i += 1) grams.push(padded.slice(i, i + 3));
  return grams;
}

/** How alike two texts are in what they are about, 0 to 1: shared topic words and shared character trigrams, whichever is higher. */
export function similarityOf(a: string, b: string): number {
  const [termsA, termsB] = [new Set(contentTerms(a)), new Set(contentTerms(b))];
  if (termsA.size === 0 || termsB.size === 0) return 0;
  const gramsA = new Set([...termsA].flatMap(trigrams));
  const gramsB = new Set([...termsB].flatMap(trigrams));
  return Math.max(dice(termsA, termsB), dice(gramsA, gramsB));
}

function dice(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const item of a) if (b.has(item)) shared += 1;
  return (2 * shared) / (a.size + b.size);
}

/** Edit distance with swaps of neighbours as one edit, given up once it is above `max`. */
export function editDistance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1;
  let previous: number[] = [];
  let current = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const older = previous;
    previous = current;
    current = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const substitute = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(substitute, previous[j]! + 1, current[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, older[j - 2]! + 1);
      current.push(cost);
      least = Math.min(least, cost);
    }
    if (least > max) return max + 1;
  }
  return current[b.length]!;
}
