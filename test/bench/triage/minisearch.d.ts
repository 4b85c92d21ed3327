/** What the benchmark needs of the peer: types are checked where it is not installed. */
declare module 'minisearch' {
  type Options = { fields: string[]; searchOptions: { boost: Record<string, number>; fuzzy: number; prefix: boolean } };
  export default class MiniSearch {
    constructor(options: Options);
    addAll(documents: readonly { id: string }[]): void;
    search(query: string): { id: string; score: number }[];
  }
}
