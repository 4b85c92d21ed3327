import type { ConversationState } from '#domain/conversation/conversation.ts';
import type { Page } from '#domain/page/page.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import type { Knowledge } from '../knowledge.ts';
import type { ToolSources } from '../ports.ts';
import { accountLines } from './account-lines.ts';
import { findPassages } from './find-passages.ts';
import { pageOutline } from './page-outline.ts';

/** [G32] What the tools of one turn may read: this workspace's knowledge, this conversation's page, and its visitor's account as far as somebody vouches for it. */
export const toolSources = ({
  state,
  page,
  trail,
  knowledge,
}: {
  state: Pick<ConversationState, 'visitor'>;
  page: Page | null;
  trail: readonly Breadcrumb[];
  knowledge: Knowledge;
}): ToolSources => ({
  search: (query) => findPassages(knowledge, query, page?.area ?? null),
  outline: () => pageOutline(page, trail),
  account: () => accountLines(state.visitor),
});
