// Loaded when somebody opens it: of those who come to the settings most come for a queue.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { AgentPreview, AgentsAnswer } from '#protocol/agent-settings.ts';
import type { Me } from '#protocol/http.ts';
import type { QueueFeed } from '../inbox/queue-feed.ts';
import { isSupervisor } from '../inbox/supervision.ts';
import { Icon } from '../kit/Icon.tsx';
import { AGENTS_PART, hrefOf, type Route } from '../route.ts';
import { plural } from '../wording.ts';
import { newSkill, SKILLS, type SkillDraft } from './agent-draft.ts';
import { type AgentForm, openAgentForm } from './agent-form.ts';
import { describedBy, idOf, issueAt, leave } from './control.ts';
import { FieldRow, IssueLine } from './FieldRow.tsx';
import { FormPage, GroupSection } from './FormPage.tsx';
import { PreviewBox } from './PreviewBox.tsx';
import { Skeleton } from './Skeleton.tsx';
import { agentsApi } from './settings-api.ts';

type AgentsPageProps = { me: Me; feeds: readonly QueueFeed[]; part: string | null };

/** Who answers, how they stand just now, and what each of them can do. */
export default function AgentsPage({ me, feeds, part }: AgentsPageProps) {
  const [all, setAll] = useState<AgentsAnswer | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const load = async () => {
    const answer = await agentsApi.all();
    if (answer.ok) setAll(answer.value);
    setFailure(answer.ok ? null : answer.refusal.message);
  };
  useEffect(() => void load(), []);
  if (all === null) {
    return failure === null ? (
      <Skeleton />
    ) : (
      <div class="s-box bad" role="alert">
        <h2>The agents could not be loaded</h2>
        <p>{failure} Everybody works as before.</p>
        <div class="s-deeds">
          <button type="button" class="secondary" onClick={() => void load()}>
            Try again
          </button>
        </div>
      </div>
    );
  }
  const agents = all.agents;
  const idOfPart = (wanted: string | null) => (agents.find(({ id }) => id === wanted) ?? agents[0])?.id;
  const agent = agents.find(({ id }) => id === idOfPart(part));
  if (agent === undefined) return <p class="empty">Nobody answers in this workspace yet.</p>;
  return (
    <>
      <nav aria-label="Agents" class="s-people">
        <ul>
          {agents.map(({ id, name }) => (
            <li key={id}>
              <a href={hrefOf({ page: 'settings', part: id })} aria-current={id === agent.id ? 'page' : undefined}>
                {name}
                <Standing id={id} feeds={feeds} />
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <OneAgent
        key={agent.id}
        agent={agent}
        queues={all.queues}
        known={all.skills}
        isReadOnly={!isSupervisor(me.agent.role)}
        isHere={(to) =>
          to.page === 'settings' && (to.part === agent.id || (to.part === AGENTS_PART && idOfPart(null) === agent.id))
        }
      />
    </>
  );
}

/** How they stand, as the queues that they serve know it. */
function Standing({ id, feeds }: { id: string; feeds: readonly QueueFeed[] }) {
  const seen = feeds.flatMap(({ view }) => view.value?.agents ?? []).find((one) => one.id === id);
  const presence = seen?.presence ?? 'offline';
  return (
    <span class="quiet">
      <span class={`dot ${presence}`} aria-hidden="true" /> {presence}
      {seen !== undefined && (
        <span class="number">
          , {seen.load} of {seen.capacity}
        </span>
      )}
    </span>
  );
}

type OneAgentProps = {
  agent: AgentsAnswer['agents'][number];
  queues: AgentsAnswer['queues'];
  /** Names of skills that are in use. */
  known: readonly string[];
  isReadOnly: boolean;
  isHere(to: Route): boolean;
};

function OneAgent({ agent, queues, known, isReadOnly, isHere }: OneAgentProps) {
  const form = useMemo(() => openAgentForm(agent, queues, agentsApi), [agent.id]);
  useEffect(() => {
    void form.load();
    return form.close;
  }, [form]);
  const shared = { form, isReadOnly };
  return (
    <FormPage
      {...shared}
      name={agent.name}
      what="what agents can do"
      who="supervisors, admins and owners"
      isHere={isHere}
      aside={<Reach form={form} name={agent.name} />}
    >
      <GroupSection
        {...shared}
        id="agent-skills"
        title="Skills"
        lead="What they can do, and how well, from 1 to 10. Work that asks for a skill is offered to those who have it at that level or above."
        paths={[]}
      >
        <SkillRows {...shared} known={known} />
      </GroupSection>
      <GroupSection
        {...shared}
        id="agent-room"
        title="Room and queues"
        lead="It holds at once, also while they work. What they have they keep; an offer that no longer fits goes back to its place in line."
        paths={[]}
      >
        {form.fields.map((field) => (
          <FieldRow key={field.path} {...shared} field={field} />
        ))}
      </GroupSection>
    </FormPage>
  );
}

function SkillRows({ form, isReadOnly, known }: { form: AgentForm; isReadOnly: boolean; known: readonly string[] }) {
  const { skills } = form.draft.value;
  const list = useRef<HTMLFieldSetElement>(null);
  const change = (next: (skills: readonly SkillDraft[]) => readonly SkillDraft[]) =>
    form.change((draft) => ({ ...draft, skills: next(draft.skills) }));
  const update = (key: string, part: Partial<SkillDraft>) =>
    change((rows) => rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const focusLater = (selector: string) =>
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(selector)?.focus());
  return (
    <fieldset ref={list} class="s-row s-part">
      <legend>Names and levels</legend>
      {skills.length === 0 && <p class="s-none">None: they are offered what asks for no skill.</p>}
      {skills.map(({ key, name, level }, index) => {
        const [namePath, levelPath] = [`${SKILLS}.${index}.name`, `${SKILLS}.${index}.level`];
        const [nameIssue, levelIssue] = [issueAt(form, namePath), issueAt(form, levelPath)];
        const called = name.trim() || `skill ${index + 1}`;
        return (
          <div key={key} class="s-area">
            <input
              id={idOf(namePath)}
              type="text"
              list={`${idOf(SKILLS)}-known`}
              autoComplete="off"
              autocapitalize="off"
              spellcheck={false}
              aria-label={`Skill ${index + 1}`}
              placeholder="skill"
              value={name}
              readOnly={isReadOnly}
              {...describedBy(namePath, nameIssue)}
              onInput={({ currentTarget }) => update(key, { name: currentTarget.value })}
              onBlur={() => leave(form, namePath)}
            />
            <input
              id={idOf(levelPath)}
              type="text"
              inputMode="numeric"
              autoComplete="off"
              aria-label={`Level of ${called}`}
              value={level}
              readOnly={isReadOnly}
              {...describedBy(levelPath, levelIssue)}
              onInput={({ currentTarget }) => update(key, { level: currentTarget.value })}
              onBlur={() => leave(form, levelPath)}
            />
            <span class="s-unit" aria-hidden="true">
              of 10
            </span>
            {!isReadOnly && (
              <button
                type="button"
                class="plain"
                aria-label={`Remove ${called}`}
                title="Remove"
                onClick={() => {
                  change((rows) => rows.filter((row) => row.key !== key));
                  focusLater('.s-add');
                }}
              >
                <Icon name="close" />
              </button>
            )}
            <IssueLine path={namePath} issue={nameIssue} />
            <IssueLine path={levelPath} issue={levelIssue} />
          </div>
        );
      })}
      {!isReadOnly && (
        <button
          id={idOf(SKILLS)}
          type="button"
          class="secondary s-add"
          onClick={() => {
            change((rows) => [...rows, newSkill()]);
            focusLater('.s-area:last-of-type input');
          }}
        >
          Add a skill
        </button>
      )}
      <datalist id={`${idOf(SKILLS)}-known`}>
        {known
          .filter((name) => !skills.some((one) => one.name.trim() === name))
          .map((name) => (
            <option key={name} value={name} />
          ))}
      </datalist>
    </fieldset>
  );
}

/** Whom of those who wait now they could be offered besides, and whom no longer. */
function Reach({ form, name }: { form: AgentForm; name: string }) {
  return (
    <PreviewBox form={form} id="agent-reach" title="Who waits now" summary={reachWords}>
      {(data) =>
        movedIn(data).map(({ id, name: queue, waiting, gained, lost }) => (
          <div key={id}>
            <h3>
              {queue} <span class="quiet">{plural(waiting, 'person waits', 'people wait')}</span>
            </h3>
            <Change words={`could be offered to ${name} besides`} {...gained} />
            <Change words={`could no longer be offered to ${name}`} {...lost} />
          </div>
        ))
      }
    </PreviewBox>
  );
}

const movedIn = ({ queues }: AgentPreview) => queues.filter(({ gained, lost }) => gained.count + lost.count > 0);

function reachWords(data: AgentPreview, isOfChange: boolean): string {
  const counted = waitingWords(data);
  if (!isOfChange) return `${counted} Change something to see what it would mean for them.`;
  return movedIn(data).length === 0 ? `${counted} It is the same for them.` : counted;
}

const waitingWords = ({ queues }: AgentPreview): string => {
  const waiting = queues.reduce((sum, one) => sum + one.waiting, 0);
  return waiting === 0
    ? 'Nobody waits in these queues.'
    : `${plural(waiting, 'person waits', 'people wait')} in these queues.`;
};

function Change({ words, count, first }: { words: string } & AgentPreview['queues'][number]['gained']) {
  if (count === 0) return null;
  return (
    <>
      <p>
        <strong class="number">{count}</strong> {words}:
      </p>
      <ul>
        {first.map(({ ticketNumber, subject, needs }) => (
          <li key={ticketNumber}>
            {ticketNumber} {subject} {needs !== '' && <span class="quiet">asks for {needs}</span>}
          </li>
        ))}
        {count > first.length && <li class="quiet">and {count - first.length} more</li>}
      </ul>
    </>
  );
}
