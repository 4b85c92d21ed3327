import { readGuides } from '#domain/guide/read-guide.ts';
import { plural } from '../wording.ts';

/** [G30] What of an article's steps can be shown on the visitor's page, and what keeps the rest from it. Nothing where nothing is pointed at. */
export function GuideNote({ body }: { body: string }) {
  const guides = readGuides(body);
  const problems = guides.flatMap(({ problems }) => problems);
  const shown = guides.filter(({ steps }) => steps.length > 0);
  return (
    <div role="status">
      {shown.length > 0 && (
        <p class="s-help">
          Visitors can have shown to them:{' '}
          {shown
            .map(
              ({ heading, steps }) => `${plural(steps.length, 'step')}${heading === '' ? '' : ` under “${heading}”`}`,
            )
            .join(', ')}
          .
        </p>
      )}
      {problems.length > 0 && (
        <>
          <p class="s-help">
            Until these are put right, the steps under their headings are said and not shown on the page:
          </p>
          <ul class="plain-list">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
