-- [S33] Who signs in through which account of the OpenID provider: an account there is of one person here, and a person has one there.
create table "oidc_identities" ("issuer" text not null, "subject" text not null, "agent_id" text not null references "user" ("id") on delete cascade, "linked_at" integer not null, primary key ("issuer", "subject"));
create unique index "oidc_identities_agent" on "oidc_identities" ("issuer", "agent_id");
