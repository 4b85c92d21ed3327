import { useId, useState } from 'preact/hooks';
import type { ArticlesAnswer } from '#protocol/articles.ts';
import { call } from '../api.ts';

type Articles = ArticlesAnswer['articles'];

/** [G28] Says which article answers what the visitor asked: their words are another name of it from then on. */
export function ArticleLabel({ conversationId }: { conversationId: string }) {
  const [articles, setArticles] = useState<Articles | null>(null);
  const [choice, setChoice] = useState('');
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const open = async () => {
    setSaid('');
    const answer = await call<ArticlesAnswer>('/v1/articles');
    setProblem(answer.ok ? '' : answer.refusal.message);
    if (!answer.ok) return;
    setArticles(answer.value.articles);
    setChoice(answer.value.articles[0]?.id ?? '');
  };
  const save = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const answer = await call<{ alias: string; title: string }>(`/v1/conversations/${conversationId}/article`, {
      method: 'PUT',
      body: { articleId: choice },
    });
    setBusy(false);
    setProblem(answer.ok ? '' : answer.refusal.message);
    if (!answer.ok) return;
    setArticles(null);
    setSaid(`Noted. “${answer.value.alias}” finds “${answer.value.title}” from now on.`);
  };
  return (
    <div class="intent-label">
      {articles === null ? (
        <button type="button" class="link" onClick={() => void open()}>
          Say which article answers it
        </button>
      ) : articles.length === 0 ? (
        <p class="quiet small">There are no articles yet: Settings, Knowledge.</p>
      ) : (
        <form onSubmit={(event) => void save(event)}>
          <label for={id}>It is answered by</label>{' '}
          <select id={id} value={choice} onChange={({ currentTarget }) => setChoice(currentTarget.value)}>
            {articles.map((article) => (
              <option key={article.id} value={article.id}>
                {article.title}
              </option>
            ))}
          </select>{' '}
          <button type="submit" class="secondary" disabled={isBusy}>
            {isBusy ? 'Saving…' : 'Save'}
          </button>{' '}
          <button type="button" class="link" onClick={() => setArticles(null)}>
            Cancel
          </button>
        </form>
      )}
      <p role="status" class="quiet small">
        {said}
      </p>
      {problem !== '' && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
