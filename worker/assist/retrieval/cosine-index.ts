/** What one token is in: `documents` and the share of each one's length that it is, in parallel. */
type Posting = { documents: Int32Array; shares: Float32Array };

/** Texts as bags of tokens, ready to be compared with another by angle. */
export type CosineIndex = {
  readonly size: number;
  readonly postings: ReadonlyMap<string, Posting>;
  readonly idf: ReadonlyMap<string, number>;
  /** The idf of a token that no text has. */
  readonly unknownIdf: number;
};

/** Sublinear TF-IDF over bags of tokens. */
export function buildCosineIndex(documents: readonly (readonly string[])[]): CosineIndex {
  const bags = documents.map(tally);
  const frequency = new Map<string, number>();
  for (const bag of bags) for (const token of bag.keys()) frequency.set(token, (frequency.get(token) ?? 0) + 1);
  const idfOf = (count: number) => Math.log(1 + (bags.length - count + 0.5) / (count + 0.5));
  const idf = new Map([...frequency].map(([token, count]) => [token, idfOf(count)]));
  const lists = new Map<string, [number, number][]>();
  bags.forEach((bag, document) => {
    const weights = [...bag].map(([token, count]) => [token, (1 + Math.log(count)) * idf.get(token)!] as const);
    const length = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
    for (const [token, weight] of weights) {
      const list = lists.get(token);
      if (list) list.push([document, weight / length]);
      else lists.set(token, [[document, weight / length]]);
    }
  });
  const postings = new Map(
    [...lists].map(([token, list]): [string, Posting] => [
      token,
      { documents: Int32Array.from(list, ([d]) => d), shares: Float32Array.from(list, ([, share]) => share) },
    ]),
  );
  return { size: bags.length, postings, idf, unknownIdf: idfOf(0) };
}

/** The cosine of each text with these tokens, 0 to 1. Time: the postings of the tokens. */
export function cosines({ size, postings, idf, unknownIdf }: CosineIndex, tokens: readonly string[]): Float64Array {
  const found = new Float64Array(size);
  let square = 0;
  for (const [token, count] of tally(tokens)) {
    const weight = (1 + Math.log(count)) * (idf.get(token) ?? unknownIdf);
    square += weight * weight;
    const posting = postings.get(token);
    if (posting === undefined) continue;
    const { documents, shares } = posting;
    for (let i = 0; i < documents.length; i += 1) found[documents[i]!]! += weight * shares[i]!;
  }
  const length = Math.sqrt(square) || 1;
  for (let i = 0; i < size; i += 1) found[i]! /= length;
  return found;
}

function tally(tokens: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}
