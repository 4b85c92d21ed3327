import type { Mutant } from './mutants.ts';

const READ = 'worker/domain/guide/read-guide.ts';
const GUIDE = 'worker/domain/guide/guide.ts';
const GUIDED = 'worker/domain/conversation/guided.ts';
const PLAYER = 'widget/guide/guide.ts';
const FIND = 'widget/guide/find-target.ts';

const bug = (suite: Mutant['suite'], name: string, file: string, from: string, to: string): Mutant => ({
  name,
  file,
  from,
  to,
  suite,
});

/** Planted bugs of guides: what an author may write, what an answer carries, how it ended; and on the page, where each is built before it is looked for. */
export const GUIDE_MUTANTS: Mutant[] = [
  bug('guides', 'a guide leaves out what it does not understand', READ, 'problems.length === 0 ? steps : []', 'steps'),
  bug('guides', 'any line is a step', READ, 'if (!isStep)', 'if (false)'),
  bug('guides', 'a step without a name', READ, "if (name === '')", 'if (false)'),
  bug('guides', 'a guide as long as one likes', READ, 'steps.length > MAX_GUIDE_STEPS', 'steps.length > 99'),
  bug('guides', 'code is steps too', READ, 'blocksOf(withoutCode(lines))', 'blocksOf(lines)'),
  bug(
    'guides',
    'the answer shows how it is written',
    'worker/domain/markdown/cut.ts',
    ".replace(GUIDE_LINK, '$1')",
    '',
  ),
  bug('guides', 'one star is any page', GUIDE, 'wanted.length === there.length && ', ''),
  bug('guides', 'a guide that was stopped brings a person', GUIDED, '!isMismatch(outcome) || ', ''),
  bug('guides', 'a person is offered to who has one', GUIDED, "state.status === 'open' && !isEscalated(state) && ", ''),
  bug('guides', 'a person is offered to who said no', GUIDED, ' && !state.offerRefused', ''),
  bug('guides', 'it ends at a step that there is not', GUIDED, 'if (step > guide.length)', 'if (false)'),
  bug(
    'guides',
    'an imported page loses its guide',
    'worker/assist/import/read-document.ts',
    '|#guide:)/i.test(',
    ')/i.test(',
  ),
  bug(
    'story',
    'a guide ends where there was none',
    'durable-objects/conversation-object.ts',
    "answer?.type === 'message' ? answer.guide : undefined",
    "(answer?.type === 'message' ? answer.guide : undefined) ?? []",
  ),
  bug('guide_page', 'the first of several is the one', PLAYER, 'found.length === 1 ?', 'found.length > 0 ?'),
  bug('guide_page', 'what cannot be used is shown', FIND, ' && isUsable(node, role)', ''),
  bug('guide_page', 'the page does the steps', PLAYER, 'if (isTrusted)', 'if (true)'),
  bug('guide_page', 'what is redrawn is missing', PLAYER, 'if (Date.now() - lostAt < GONE_MS) return null;', ''),
  bug('guide_page', 'a page that was left is waited for', PLAYER, "return seen ? 'elsewhere' : null;", 'return null;'),
  bug('guide_page', 'shadow roots are closed', FIND, 'if (node.shadowRoot) look(node.shadowRoot);', ''),
  bug('guide_page', 'a click is as good as an entry', PLAYER, "? 'change' : 'click'", "? 'click' : 'click'"),
  bug(
    'guide_page',
    'what fails is said to nobody',
    PLAYER,
    'conversation.endGuide(play.id, { answer: play.answer, outcome, step });',
    '',
  ),
];
