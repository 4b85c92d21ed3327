import type { ApiKeyId, WorkspaceId } from '#domain/ids.ts';
import type { Scope } from '#domain/workspace/scope.ts';
import type { Env } from './env.ts';
import type { ReadVisit } from './middleware/visit-auth.ts';
import type { Settings } from './settings.ts';
import type { SignedInBy } from './signed-in-by.ts';
import type { AgentProfile } from './storage/agents.ts';

/** What a request carries through its handlers. */
export type AppEnv = {
  Bindings: Env;
  Variables: {
    requestId: string;
    settings: Settings;
    /** Set on routes with visitor access. */
    visit: ReadVisit;
    /** Set on routes with agent access. */
    agent: AgentProfile & { workspaceId: WorkspaceId };
    /** [S31] Set beside `agent` where a person calls. */
    signedInBy?: SignedInBy;
    /** Set beside `agent` where an API key calls and nobody is signed in. */
    apiKey?: { id: ApiKeyId; scopes: readonly Scope[] };
  };
};
