import type { ArticlesAnswer } from '#protocol/articles.ts';
import { call } from '../api.ts';
import { ChoiceLabel } from './ChoiceLabel.tsx';

/** [G28] Says which article answers what the visitor asked: their words are another name of it from then on. */
export const ArticleLabel = ({ conversationId }: { conversationId: string }) => (
  <ChoiceLabel
    ask="Say which article answers it"
    before="It is answered by"
    none="There are no articles yet: Settings, Knowledge."
    load={async () => {
      const answer = await call<ArticlesAnswer>('/v1/articles');
      if (!answer.ok) return answer;
      const options = answer.value.articles.map(({ id, title }) => ({ value: id, text: title }));
      return { ok: true, value: { options, choice: options[0]?.value ?? '', note: '' } };
    }}
    save={async (articleId) => {
      const path = `/v1/conversations/${conversationId}/article`;
      const answer = await call<{ alias: string; title: string }>(path, { method: 'PUT', body: { articleId } });
      if (!answer.ok) return answer;
      return { ok: true, value: `Noted. “${answer.value.alias}” finds “${answer.value.title}” from now on.` };
    }}
  />
);
