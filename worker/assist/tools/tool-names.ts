/** [G32] Everything that a model may call. All of them read; the last one proposes, and code decides. */
export const TOOL_NAMES = ['search_knowledge', 'read_page', 'read_account', 'suggest_escalation'] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

/** How often one tool was called in a turn, and how many of these calls were refused. `other` is whatever is no tool of ours: its name is somebody else's text. */
export type ToolUse = { name: ToolName | 'other'; calls: number; refused: number };

/** What a model did on the way to its draft: enough to find the same passages again, and to tell agents. */
export type ToolTrail = {
  uses: ToolUse[];
  /** The searches that were made, in their order. */
  searches: string[];
  /** Why a model would have a person look at this, in its words; null where it did not say so. */
  suggests: string | null;
};
