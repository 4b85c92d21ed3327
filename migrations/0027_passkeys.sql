-- [S30] Passkeys, as better-auth's plugin expects them, and when each was used last. A credential is of one account: its id is there once.
create table "passkey" ("id" text not null primary key, "name" text, "publicKey" text not null, "userId" text not null references "user" ("id") on delete cascade, "credentialID" text not null, "counter" integer not null, "deviceType" text not null, "backedUp" integer not null, "transports" text, "createdAt" date, "aaguid" text, "lastUsedAt" integer);
create index "passkey_userId_idx" on "passkey" ("userId");
create unique index "passkey_once" on "passkey" ("credentialID");

-- The library writes the row itself, so the line of the log is written with it here: in every workspace that it is a way into.
create trigger passkey_added after insert on passkey BEGIN insert or ignore into audit (workspace_id, id, at, by_id, by_name, deed, about, detail) select w.id, 'passkey/' || new.id || '/added', cast(unixepoch('subsec') * 1000 as integer), u.id, u.name, 'passkey.added', coalesce(new.name, ''), '' from user u join member m on m.userId = u.id join workspaces w on w.id = m.organizationId where u.id = new.userId; END;
create trigger passkey_removed after delete on passkey BEGIN insert or ignore into audit (workspace_id, id, at, by_id, by_name, deed, about, detail) select w.id, 'passkey/' || old.id || '/removed', cast(unixepoch('subsec') * 1000 as integer), u.id, u.name, 'passkey.removed', coalesce(old.name, ''), '' from user u join member m on m.userId = u.id join workspaces w on w.id = m.organizationId where u.id = old.userId; END;

-- Challenges that nobody has answered are looked for by their end.
create index "verification_expiresAt_idx" on "verification" ("expiresAt");
