/** What the assistant says when it has no answer to give. Each is honest about why, and says what helps next. */

/** One clarifying question: with the nearest topics to pick from where there are any, otherwise an open one. */
export function clarifyText(titles: readonly string[], pageIsFailing: boolean): string {
  if (titles.length > 0) {
    const named = titles.map((title) => `“${title}”`).join(' or ');
    return `I want to get this right. Is this about ${named}, or about something else? A few more words help me find it.`;
  }
  const seen = pageIsFailing ? 'I see that something on this page failed.' : 'I want to get this right.';
  return `${seen} What were you trying to do, and what happened instead?`;
}

/** Said plainly, with the way out: the assistant never pads a missing answer. */
export function notFoundText(): string {
  return 'I have not found a reliable answer to that in our help articles. I can bring in a person who will see this conversation, so you do not have to explain it again.';
}

/** Nothing here speaks of it. Whoever meant the product after all knows how to go on. */
export function outOfScopeText(): string {
  return 'I only know this product and its help articles, and they say nothing about that. If it is about the product, tell me in other words, or talk to a person.';
}

/** The only answer there is was given already, and did not help. */
export function noOtherAnswerText(): string {
  return 'I have no other answer to that than the one I gave. I can bring in a person who will see this conversation, so you do not have to explain it again.';
}
