-- The whitelist registry: policies, applications and whitelist names, the data
-- that DNS shows for them, and verifiers' accounts.

-- +goose Up
ALTER TABLE registrars ADD COLUMN kind text NOT NULL DEFAULT 'registrar' CHECK (kind IN ('registrar', 'verifier'));
ALTER TABLE registrars ADD COLUMN country text NOT NULL DEFAULT '' CHECK (country ~ '^([A-Z]{2})?$');

-- Policies know registrars by number or name, so no two are called the same: names are
-- compared as whitelist labels are.
CREATE UNIQUE INDEX registrars_iana_key ON registrars (iana) WHERE iana > 0;
CREATE UNIQUE INDEX registrars_name_key ON registrars (lower(replace(name, ' ', '_'))) WHERE kind = 'registrar' AND name <> '';

-- Bearer tokens of the HTTP interface, hashed: 256 bits of chance need no salt.
CREATE TABLE api_tokens (
    hash      bytea PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of the token
    account   text NOT NULL REFERENCES registrars (handle),
    added_at  timestamptz NOT NULL
);
CREATE INDEX api_tokens_account ON api_tokens (account);

-- What a message says beyond its text: a registry.PendingAction.
ALTER TABLE poll_messages ADD COLUMN pending jsonb;

ALTER TABLE history DROP CONSTRAINT history_kind_check;
ALTER TABLE history ADD CONSTRAINT history_kind_check
    CHECK (kind IN ('domain', 'host', 'contact', 'registrar', 'zone', 'policy', 'application', 'whitelist'));

-- Authoritative data at names that are not delegations.
CREATE TABLE zone_data (
    zone_id bigint NOT NULL,
    name    text NOT NULL CHECK (name = lower(name)),
    records jsonb NOT NULL,
    PRIMARY KEY (zone_id, name)
);

-- A policy controls nothing but by its granted document. A proposed one waits
-- for the operator beside it. Documents hold secrets (hash key, webhook secrets),
-- so they are shown through whitelist.Policy only.
CREATE TABLE policies (
    name       text CONSTRAINT policies_pkey PRIMARY KEY,
    id         bigint NOT NULL UNIQUE,
    account    text NOT NULL,                 -- the verifier's account; it may not exist yet
    zone       text NOT NULL,                 -- the whitelist zone, ours or another registry's
    granted    jsonb,
    proposed   jsonb,
    procedure  text NOT NULL DEFAULT '',      -- how names are made under the document last granted: a hash of what makes them
    state      text NOT NULL CHECK (state IN ('proposed', 'granted', 'refused', 'withdrawn')),
    reason     text NOT NULL DEFAULT '',      -- of the refusal or withdrawal
    added_at   timestamptz NOT NULL,
    granted_at timestamptz,
    granted_version integer NOT NULL DEFAULT 0, -- the version that put the document in force; 0: never in force
    prune_at   timestamptz,                   -- when pruning is due next
    pruned_at  timestamptz,                   -- when it ran last
    prune_until timestamptz,                  -- so long a run has it in hand; wall time, for a run takes no business time
    version    integer NOT NULL CHECK (version > 0),
    CHECK ((state = 'granted') = (granted IS NOT NULL)),
    CHECK (granted IS NOT NULL OR proposed IS NOT NULL)
);

-- One application under one policy. Held ones wait for a decision; what is
-- decided is kept as a record of who decided what.
CREATE TABLE applications (
    id             bigint PRIMARY KEY,
    policy         text NOT NULL,
    policy_version integer NOT NULL,          -- the granted_version under which its verifiers are asked
    target         text NOT NULL CHECK (target = lower(target)),
    registrant     text NOT NULL,             -- identifier, as sent
    registrant_country text NOT NULL DEFAULT '',
    registrar      text NOT NULL DEFAULT '',  -- account it is for
    agent          text NOT NULL DEFAULT '',  -- the registrar's identifier under the policy (IANA number, id or name)
    sponsor        text NOT NULL,             -- account that applied: registrar or verifier
    source         text NOT NULL CHECK (source IN ('registrar', 'verifier')),
    credential     jsonb,                     -- in clear while an outside verifier must still be asked, then NULL
    cred_hash      text NOT NULL DEFAULT '',  -- argon2id, for the entry
    evidence       jsonb NOT NULL DEFAULT '{}',
    mail           text NOT NULL DEFAULT '',  -- the registrant's, where known
    state          text NOT NULL CHECK (state IN ('held', 'approved', 'denied')),
    stage          integer NOT NULL DEFAULT 0, -- position in the policy's chain of verifiers
    reviews        jsonb NOT NULL DEFAULT '[]',
    reasons        text[] NOT NULL DEFAULT '{}',
    cltrid         text NOT NULL DEFAULT '',
    svtrid         text NOT NULL,
    created_at     timestamptz NOT NULL,
    decide_by      timestamptz NOT NULL,      -- denied when undecided then
    decided_at     timestamptz,
    decided_by     text NOT NULL DEFAULT '',
    -- Work outside the database: asking a verifier or the target registry. Wall
    -- time, for networks know no business clock; NULL while a person's or a
    -- callback's turn.
    try_at         timestamptz,
    tries          integer NOT NULL DEFAULT 0,
    fault          text NOT NULL DEFAULT '',  -- why the last try failed
    version        integer NOT NULL CHECK (version > 0),
    CHECK ((state = 'held') = (decided_at IS NULL)),
    CHECK (state = 'held' OR credential IS NULL)
);
CREATE INDEX applications_held ON applications (decide_by) WHERE state = 'held';
CREATE INDEX applications_try ON applications (try_at) WHERE state = 'held' AND try_at IS NOT NULL;
CREATE INDEX applications_sponsor ON applications (sponsor) WHERE state = 'held';
CREATE INDEX applications_place ON applications (policy, stage, try_at) WHERE state = 'held' AND try_at IS NOT NULL;
CREATE INDEX applications_policy ON applications (policy, id);
CREATE INDEX applications_target ON applications (target);

-- Whitelist names. The key makes them first come, first served. Which label is
-- which is never read back from the name: the row says it.
CREATE TABLE whitelist_names (
    name         text CONSTRAINT whitelist_names_pkey PRIMARY KEY CHECK (name = lower(name)),
    id           bigint NOT NULL UNIQUE,
    zone_id      bigint NOT NULL,
    policy       text NOT NULL,
    target       text NOT NULL CHECK (target = lower(target)),
    registrant   text NOT NULL DEFAULT '',    -- identifier it is for; '' when the name is not about the registrant
    agent        text NOT NULL DEFAULT '',    -- the registrar's identifier; '' when it is not about the registrar
    registrar    text NOT NULL DEFAULT '',    -- the registrar's account, where known
    sponsor      text NOT NULL,               -- account that applied for it or entered it
    cred_hash    text NOT NULL DEFAULT '',
    state        text NOT NULL CHECK (state IN ('held', 'published')),
    created_at   timestamptz NOT NULL,
    published_at timestamptz,
    expires_at   timestamptz,
    version      integer NOT NULL CHECK (version > 0),
    CHECK ((state = 'published') = (published_at IS NOT NULL)),
    CHECK ((published_at IS NULL) = (expires_at IS NULL)),
    CHECK (registrant <> '' OR agent <> '')
);
CREATE INDEX whitelist_names_target ON whitelist_names (target);
CREATE INDEX whitelist_names_policy ON whitelist_names (policy, state);
CREATE INDEX whitelist_names_expiry ON whitelist_names (policy, expires_at) WHERE state = 'published';

-- The applications a name rests on: several can share one. A name entered by a
-- verifier itself has none.
CREATE TABLE application_names (
    application_id bigint NOT NULL REFERENCES applications (id),
    name           text NOT NULL CONSTRAINT application_names_name_fkey REFERENCES whitelist_names (name),
    PRIMARY KEY (application_id, name)
);
CREATE INDEX application_names_name ON application_names (name);

-- Mail to people who have no session here, waiting to be sent.
CREATE TABLE mails (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recipient  text NOT NULL,
    subject    text NOT NULL,
    body       text NOT NULL,
    queued_at  timestamptz NOT NULL,          -- business time, shown in the mail
    try_at     timestamptz NOT NULL,          -- wall time
    tries      integer NOT NULL DEFAULT 0
);
CREATE INDEX mails_try ON mails (try_at);

-- +goose Down
DROP TABLE mails, application_names, whitelist_names, applications, policies, zone_data, api_tokens;
DELETE FROM history WHERE kind IN ('policy', 'application', 'whitelist');
ALTER TABLE history DROP CONSTRAINT history_kind_check;
ALTER TABLE history ADD CONSTRAINT history_kind_check
    CHECK (kind IN ('domain', 'host', 'contact', 'registrar', 'zone'));
ALTER TABLE poll_messages DROP COLUMN pending;
DROP INDEX registrars_name_key, registrars_iana_key;
ALTER TABLE registrars DROP COLUMN country;
ALTER TABLE registrars DROP COLUMN kind;
