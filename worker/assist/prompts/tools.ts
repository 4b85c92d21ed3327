import type { ToolName } from '../tools/tool-names.ts';

/** [G22] What a model is told of each tool. Part of the prompt `ANSWER_PROMPT`: raise that with every change of the words. */
export const TOOL_WORDS: Readonly<Record<ToolName, string>> = {
  search_knowledge:
    'Finds passages of the help articles by words. For when the numbered passages do not answer the question. What it finds is numbered on and may be cited.',
  read_page:
    'Reads an outline of the page that the visitor is on: roles and names of what was used there, and what failed. Helps to choose a passage; is no source.',
  read_account:
    'Reads what is attested of the visitor’s account, such as its plan. Helps to choose a passage; is no source.',
  suggest_escalation:
    'Proposes that a person looks at this, with a reason in one sentence. Brings nobody by itself: rules decide. Write the answer all the same, if there is one.',
};
