import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { Page } from '#domain/page/page.ts';
import { FieldOf, Missing } from '../kit/FieldOf.tsx';
import { Time } from '../kit/Time.tsx';
import { sentenceOf } from '../wording.ts';
import { accountRows, accountValue } from './account-words.ts';
import { entryValue, PROVENANCE_WORDS } from './describe.ts';

export function Account({ bundle, page }: { bundle: ContextBundle | null; page: Page | null }) {
  return (
    <>
      {bundle === null ? (
        <p class="answer-line">Nobody has asked for a person yet; the account is read when that happens.</p>
      ) : (
        <>
          <p class="answer-line">
            {bundle.visitor.name ?? 'Anonymous visitor'}
            {bundle.visitor.email !== null && <>, {bundle.visitor.email}</>}.{' '}
            {bundle.visitor.attested
              ? 'The customer’s site vouches for them.'
              : 'Nobody vouches for who this is: disclose nothing about an account.'}
          </p>
          <FieldOf field={bundle.account}>
            {(facts) => (
              <dl class="rows facts">
                {accountRows(facts).map(({ label, value, provenance, source, at }) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd>
                      <span>{value}</span>
                      <span class="quiet small" title={`${PROVENANCE_WORDS[provenance]} (${source})`}>
                        {provenance}, {source}, <Time at={at} />
                      </span>
                    </dd>
                  </div>
                ))}
              </dl>
            )}
          </FieldOf>
          <h3>Changed since the last visit</h3>
          <FieldOf field={bundle.changedSinceLastVisit}>
            {(changes) =>
              changes.length === 0 ? (
                <p class="quiet">Nothing has changed.</p>
              ) : (
                <dl class="rows">
                  {changes.map(({ label, before, after }) => (
                    <div key={label}>
                      <dt>{label}</dt>
                      <dd>
                        <s class="quiet">{accountValue(label, before)}</s> → {accountValue(label, after)}
                      </dd>
                    </div>
                  ))}
                </dl>
              )
            }
          </FieldOf>
        </>
      )}
      <h3>Page now {page !== null && <Time at={page.at} />}</h3>
      {page === null ? (
        <Missing
          reason={bundle?.page.status === 'missing' ? bundle.page.reason : 'the widget has not sent the page yet'}
        />
      ) : (
        <dl class="rows">
          <div>
            <dt>Page</dt>
            <dd>
              <span class="mono">{page.path}</span> {page.title}
            </dd>
          </div>
          {page.area !== null && (
            <div>
              <dt>Area</dt>
              <dd>{page.area}</dd>
            </div>
          )}
          <div>
            <dt>Browser</dt>
            <dd>
              {page.browser}, {page.viewport.width} × {page.viewport.height}, {page.language}
            </dd>
          </div>
          {page.entries.map((entry) => (
            <div key={entry.key}>
              <dt>{entry.label}</dt>
              <dd>
                {entryValue(entry)} <span class="tag">{sentenceOf(entry.type)}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {page !== null && page.entries.length > 0 && (
        <p class="quiet small">Entries of the page are claimed by it; they raise attention and unlock nothing.</p>
      )}
    </>
  );
}
