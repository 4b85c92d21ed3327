// Loaded when somebody opens it: people come and go seldom.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { mayAppoint, ROLES, type Role, roleOf } from '#domain/routing/role.ts';
import type { Me } from '#protocol/http.ts';
import type { InvitationAnswer, InvitationEntry } from '#protocol/invitations.ts';
import type { MemberEntry } from '#protocol/members.ts';
import { Time } from '../kit/Time.tsx';
import { AdminsOnly, CopyBox, LoadFailed, Sure } from './admin-parts.tsx';
import { ROLE_WORDS, roleName } from './role-words.ts';
import { Skeleton } from './Skeleton.tsx';
import { membersApi } from './workspace-api.ts';

type You = Pick<Me['agent'], 'id' | 'role'>;

/** [S12] [S13] [S14] Who is in the workspace, as what, and who is invited. */
export default function MembersPage({ me }: { me: Me }) {
  const isAdmin = mayAppoint(me.agent);
  const [members, setMembers] = useState<MemberEntry[] | null>(null);
  const [invitations, setInvitations] = useState<InvitationEntry[]>([]);
  const [failure, setFailure] = useState('');
  const load = async () => {
    setFailure('');
    const [people, invited] = await Promise.all([membersApi.load(), membersApi.invitations()]);
    if (people.ok && invited.ok) {
      setMembers(people.value.members);
      setInvitations(invited.value.invitations);
    } else setFailure(people.ok ? (invited.ok ? '' : invited.refusal.message) : people.refusal.message);
  };
  useEffect(() => {
    if (isAdmin) void load();
  }, [isAdmin]);
  if (!isAdmin) return <AdminsOnly what="who is in the workspace" />;
  if (members === null)
    return failure === '' ? <Skeleton /> : <LoadFailed what="The members" why={failure} onAgain={() => void load()} />;
  return (
    <div class="s-column">
      <div class="s-groups">
        <MemberList
          you={me.agent}
          byAccess={me.signOutAt !== null}
          members={members}
          onChanged={setMembers}
          onReload={() => void load()}
        />
        <Invitations you={me.agent} invitations={invitations} onChanged={setInvitations} />
      </div>
    </div>
  );
}

type MemberListProps = {
  you: You;
  /** [S25] Then sessions are not ours to end. */
  byAccess: boolean;
  members: readonly MemberEntry[];
  onChanged(now: MemberEntry[]): void;
  onReload(): void;
};

function MemberList({ you, byAccess, members, onChanged, onReload }: MemberListProps) {
  const [problem, setProblem] = useState('');
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState<string | null>(null);
  const [leaving, setLeaving] = useState<MemberEntry | null>(null);
  const [signingOut, setSigningOut] = useState<MemberEntry | null>(null);
  const give = async (member: MemberEntry, role: Role) => {
    setProblem('');
    setSaid('');
    setBusy(member.id);
    const answer = await membersApi.setRole(member.id, role, member.role);
    setBusy(null);
    if (answer.ok) {
      onChanged(answer.value.members);
      setSaid(`${member.name} is ${roleName(role)} now.`);
    } else {
      setProblem(answer.refusal.message);
      onReload();
    }
  };
  return (
    <section class="s-group" aria-labelledby="members-list">
      <header>
        <h2 id="members-list">Members</h2>
      </header>
      <p class="s-lead">
        Whoever is taken out, or may only look from now on, is out at once: their offers and what they have in hand go
        back in line. Only owners make or unmake owners.
      </p>
      <ul class="s-incidents s-members">
        {members.map((member) => {
          const isYou = member.id === you.id;
          const mayChange = !isYou && mayAppoint(you, member.role);
          return (
            <li key={member.id}>
              <span>
                <strong>{member.name}</strong>
                {isYou && <span class="quiet"> (you)</span>}
                <span class="quiet s-detail">{member.email}</span>
              </span>
              {mayChange ? (
                <span class="s-member-deeds">
                  <RoleChoice
                    label={`Role of ${member.name}`}
                    you={you}
                    value={member.role}
                    isBusy={busy === member.id}
                    onChange={(role) => void give(member, role)}
                  />
                  {!byAccess && (
                    <button
                      type="button"
                      class="secondary"
                      aria-label={`Sign out ${member.name}`}
                      onClick={() => {
                        setSaid('');
                        setProblem('');
                        setSigningOut(member);
                      }}
                    >
                      Sign out…
                    </button>
                  )}
                  <button
                    type="button"
                    class="secondary"
                    aria-label={`Take out ${member.name}`}
                    onClick={() => setLeaving(member)}
                  >
                    Take out
                  </button>
                </span>
              ) : (
                <span class="quiet">{roleName(member.role)}</span>
              )}
            </li>
          );
        })}
      </ul>
      <p class="s-said" role="status">
        {said}
      </p>
      {problem !== '' && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
      <details class="s-import">
        <summary>What each role may do</summary>
        <ul>
          {ROLES.map((role) => (
            <li key={role}>
              <strong>{roleName(role)}</strong> {ROLE_WORDS[role]}
            </li>
          ))}
        </ul>
      </details>
      {signingOut !== null && (
        <Sure
          title={`Sign ${signingOut.name} out?`}
          verb="Sign out"
          onClose={() => setSigningOut(null)}
          onSure={async () => {
            const answer = await membersApi.endSessions(signingOut.id);
            if (answer.ok) {
              setSaid(`${signingOut.name} is signed out everywhere.`);
              onChanged(answer.value.members);
            } else if (answer.refusal.kind === 'conflict' || answer.refusal.kind === 'not_found') onReload();
            return answer;
          }}
        >
          On every device, and in other workspaces too if they are in any: a lost device, or a password that somebody
          else knows. What they have in hand stays theirs for now. They may sign in again at once; whoever shall not is
          taken out.
        </Sure>
      )}
      {leaving !== null && (
        <Sure
          title={`Take ${leaving.name} out?`}
          verb="Take out"
          onClose={() => setLeaving(null)}
          onSure={async () => {
            const answer = await membersApi.remove(leaving.id, leaving.role);
            if (answer.ok) {
              setSaid(`${leaving.name} is not in the workspace any more.`);
              onChanged(answer.value.members);
            }
            return answer;
          }}
        >
          They are signed out of this workspace now. Their offers and what they have in hand go back in line, at the
          rank that it had earned. What they did stays in the log and in the conversations.
        </Sure>
      )}
    </section>
  );
}

type RoleChoiceProps = {
  label: string;
  you: You;
  value: Role | null;
  isBusy?: boolean;
  onChange(role: Role): void;
};

/** Of the roles, those that somebody may give. */
function RoleChoice({ label, you, value, isBusy = false, onChange }: RoleChoiceProps) {
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      disabled={isBusy}
      onChange={({ currentTarget }) => {
        const role = roleOf({ role: currentTarget.value });
        // What it is stays until the server has said otherwise.
        currentTarget.value = value ?? '';
        if (role !== null && role !== value) onChange(role);
      }}
    >
      {value === null && <option value="">Unknown</option>}
      {ROLES.filter((role) => mayAppoint(you, role)).map((role) => (
        <option key={role} value={role}>
          {roleName(role)}
        </option>
      ))}
    </select>
  );
}

type InvitationsProps = {
  you: You;
  invitations: readonly InvitationEntry[];
  onChanged(now: InvitationEntry[]): void;
};

function Invitations({ you, invitations, onChanged }: InvitationsProps) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('agent');
  const [made, setMade] = useState<InvitationAnswer | null>(null);
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [withdrawing, setWithdrawing] = useState<InvitationEntry | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const invite = async (event: Event) => {
    event.preventDefault();
    setProblem('');
    setBusy(true);
    const answer = await membersApi.invite(email.trim(), role);
    setBusy(false);
    if (!answer.ok) {
      setProblem(
        answer.refusal.issues?.some(({ path }) => path === 'email')
          ? 'That is no e-mail address: somebody@example.com.'
          : answer.refusal.message,
      );
      field.current?.focus();
      return;
    }
    setMade(answer.value);
    onChanged(answer.value.invitations);
    setEmail('');
  };
  return (
    <section class="s-group" aria-labelledby="members-invited">
      <header>
        <h2 id="members-invited">Invitations</h2>
      </header>
      <p class="s-lead">
        Nothing is sent: you get a link, and hand it over yourself. It opens once, for this address, within seven days.
      </p>
      <form class="s-invite" noValidate aria-label="Invite somebody" onSubmit={(event) => void invite(event)}>
        <label for={`${id}-email`}>E-mail</label>
        <input
          ref={field}
          id={`${id}-email`}
          type="text"
          inputMode="email"
          autocomplete="off"
          value={email}
          {...(problem === '' ? {} : { 'aria-invalid': true, 'aria-describedby': `${id}-problem` })}
          onInput={({ currentTarget }) => {
            setEmail(currentTarget.value);
            setProblem('');
          }}
        />
        <RoleChoice label="As" you={you} value={role} onChange={setRole} />
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'Inviting…' : 'Invite'}
        </button>
      </form>
      {problem !== '' && (
        <p id={`${id}-problem`} class="failure" role="alert">
          {problem}
        </p>
      )}
      {made !== null && (
        <div class="s-box warn" role="status">
          <h3>The link for {made.made.email}</h3>
          <p>Hand it over now: it is shown this once and never again. Whoever loses it is invited again.</p>
          <CopyBox label={`Link for ${made.made.email}`} text={made.link} />
          <div class="s-deeds">
            <button type="button" class="secondary" onClick={() => setMade(null)}>
              I have it
            </button>
          </div>
        </div>
      )}
      {invitations.length === 0 ? (
        <p class="s-none">Nobody is invited just now.</p>
      ) : (
        <ul class="s-incidents s-members">
          {invitations.map((one) => (
            <li key={one.id}>
              <span>
                <strong>{one.email}</strong> as {roleName(one.role)}
                <span class="quiet s-detail">
                  Invited by {one.invitedBy} <Time at={one.createdAt} focusable />
                </span>
              </span>
              {mayAppoint(you, one.role) && (
                <button
                  type="button"
                  class="secondary"
                  aria-label={`Withdraw the invitation of ${one.email}`}
                  onClick={() => setWithdrawing(one)}
                >
                  Withdraw…
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {withdrawing !== null && (
        <Sure
          title={`Withdraw the invitation of ${withdrawing.email}?`}
          verb="Withdraw"
          onClose={() => setWithdrawing(null)}
          onSure={async () => {
            const answer = await membersApi.withdraw(withdrawing.id);
            if (answer.ok) {
              onChanged(answer.value.invitations);
              if (made?.made.id === withdrawing.id) setMade(null);
            }
            return answer;
          }}
        >
          The link opens nothing from now on.
        </Sure>
      )}
    </section>
  );
}
