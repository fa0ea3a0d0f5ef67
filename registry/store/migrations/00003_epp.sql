-- Everything EPP offers beyond the first commands: transfers, restores, DNSSEC,
-- prices by class, launch phases, internationalised names with variants.

-- +goose Up
ALTER TABLE domains ADD COLUMN transfer jsonb;
ALTER TABLE domains ADD COLUMN restore_due timestamptz;
ALTER TABLE domains ADD COLUMN refunded bigint NOT NULL DEFAULT 0 CHECK (refunded >= 0);
ALTER TABLE domains ADD COLUMN final boolean NOT NULL DEFAULT false;
ALTER TABLE domains ADD COLUMN report_until timestamptz;
ALTER TABLE domains ADD COLUMN class text NOT NULL DEFAULT '';
ALTER TABLE domains ADD COLUMN idn_table text NOT NULL DEFAULT '';
ALTER TABLE domains ADD COLUMN variant_key text NOT NULL DEFAULT '';
ALTER TABLE domains ADD COLUMN secure jsonb;
ALTER TABLE domains ADD COLUMN host_attrs jsonb;
ALTER TABLE domains ADD COLUMN ttls jsonb;
ALTER TABLE domains ADD COLUMN launch jsonb;
ALTER TABLE domains ADD CONSTRAINT domains_restore_check CHECK (restore_due IS NULL OR redeem_until IS NOT NULL);
ALTER TABLE domains ADD CONSTRAINT domains_final_check CHECK (NOT final OR purge_at IS NOT NULL AND redeem_until IS NULL);
-- Whoever looks at purge_at alone never takes a name to be free too early.
ALTER TABLE domains ADD CONSTRAINT domains_purge_check CHECK (purge_at >= redeem_until AND purge_at >= restore_due);
ALTER TABLE domains ADD CONSTRAINT domains_refund_check CHECK (refunded = 0 OR purge_at IS NOT NULL);

ALTER TABLE contacts ADD COLUMN transfer jsonb;
ALTER TABLE contacts ADD COLUMN due_at timestamptz;
ALTER TABLE contacts ADD COLUMN addl_email jsonb;
CREATE INDEX contacts_due ON contacts (due_at) WHERE due_at IS NOT NULL;

-- Wrong guesses at the authorization information of a domain or contact, in the window
-- that began at the first of them.
CREATE TABLE auth_failures (
    object_id bigint PRIMARY KEY,
    failures  int NOT NULL CHECK (failures > 0),
    since     timestamptz NOT NULL
);
CREATE INDEX auth_failures_since ON auth_failures (since);

-- Passwords: when and how often they were set, which are not taken again; whence a
-- registrar may log in.
ALTER TABLE registrars ADD COLUMN password_set_at timestamptz;
ALTER TABLE registrars ADD COLUMN passwords integer NOT NULL DEFAULT 1 CHECK (passwords > 0);
ALTER TABLE registrars ADD COLUMN old_passwords text[] NOT NULL DEFAULT '{}';
ALTER TABLE registrars ADD COLUMN networks cidr[] NOT NULL DEFAULT '{}';
UPDATE registrars SET password_set_at = created_at;
ALTER TABLE registrars ALTER COLUMN password_set_at SET NOT NULL;

-- Logins that failed since the last that did not, of those who had a certificate.
CREATE TABLE login_failures (
    registrar text PRIMARY KEY,
    failures  integer NOT NULL CHECK (failures > 0),
    since     timestamptz NOT NULL
);

ALTER TABLE hosts ADD COLUMN ttls jsonb;

-- The first answer to each command that changed something, for clients that lost it and
-- send the command again. Written in the command's own transaction, kept for a day.
CREATE TABLE answers (
    digest    bytea PRIMARY KEY CHECK (length(digest) = 32),
    registrar text NOT NULL,
    at        timestamptz NOT NULL,
    code      smallint NOT NULL CHECK (code BETWEEN 1000 AND 1999),
    svtrid    text NOT NULL,
    answer    bytea NOT NULL CHECK (answer <> ''), -- with gaps for what follows, where there is any
    balance      text NOT NULL DEFAULT '',
    credit_limit text NOT NULL DEFAULT ''
);
CREATE INDEX answers_at ON answers (at);

ALTER TABLE history DROP CONSTRAINT history_kind_check;
ALTER TABLE history ADD CONSTRAINT history_kind_check
    CHECK (kind IN ('domain', 'host', 'contact', 'registrar', 'zone', 'policy', 'application', 'whitelist', 'token'));

-- What is special about labels of a zone: their class of prices, and why they are
-- reserved.
CREATE TABLE zone_labels (
    zone_id  bigint NOT NULL REFERENCES zones,
    label    text NOT NULL CHECK (length(label) BETWEEN 1 AND 63 AND label = lower(label)),
    class    text NOT NULL DEFAULT '',
    reserved text NOT NULL DEFAULT '',
    PRIMARY KEY (zone_id, label),
    CHECK (class <> '' OR reserved <> '')
);

-- Tokens that allocate names that are not for everyone (RFC 8495). The token itself is
-- not kept.
CREATE TABLE allocation_tokens (
    id         bigint PRIMARY KEY,
    hash       bytea NOT NULL CONSTRAINT allocation_tokens_hash_key UNIQUE CHECK (length(hash) = 32),
    names      text[] NOT NULL CHECK (cardinality(names) > 0),
    registrar  text NOT NULL DEFAULT '',
    commands   text[] NOT NULL CHECK (cardinality(commands) > 0),
    not_before timestamptz,
    not_after  timestamptz,
    uses       int NOT NULL CHECK (uses > 0),
    uses_left  int NOT NULL CONSTRAINT allocation_tokens_uses CHECK (uses_left BETWEEN 0 AND uses),
    discount   int NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 100),
    note       text NOT NULL DEFAULT '',
    revoked_at timestamptz,
    created_at timestamptz NOT NULL,
    version    int NOT NULL CHECK (version > 0)
);

-- What a message tells in structured form, beside a pending action.
ALTER TABLE poll_messages ADD COLUMN data jsonb;

-- Marks that names were registered with in a sunrise (RFC 7848), as XML.
CREATE TABLE launch_marks (
    domain_id bigint PRIMARY KEY,
    marks     text[] NOT NULL,
    CONSTRAINT launch_marks_domain_fkey FOREIGN KEY (domain_id) REFERENCES domains
);

-- Registered variants of one another (RFC 7940) and who may have them.
CREATE TABLE variant_sets (
    zone_id     bigint NOT NULL REFERENCES zones,
    variant_key text NOT NULL CHECK (variant_key <> ''),
    holder      text NOT NULL CHECK (holder <> ''),
    PRIMARY KEY (zone_id, variant_key),
    CONSTRAINT variant_sets_holder_key UNIQUE (zone_id, variant_key, holder)
);
ALTER TABLE domains ADD COLUMN variant_holder text;
ALTER TABLE domains ADD CONSTRAINT domains_variant_fkey FOREIGN KEY (zone_id, variant_key, variant_holder)
    REFERENCES variant_sets (zone_id, variant_key, holder) ON UPDATE CASCADE;
CREATE INDEX domains_variants ON domains (zone_id, variant_key) WHERE variant_key <> '';

-- Zones that exist get the settings that were built in until now, and the new ones as a
-- new zone has them: prices as for a year, transfers that add one.
UPDATE zones SET settings = settings
    || jsonb_build_object('transfers', '{"pending": "120h0m0s", "years": 1}'::jsonb)
    || jsonb_build_object('periods', settings->'periods' || '{"restore_report": "168h0m0s"}')
    || jsonb_build_object('prices', settings->'prices' || jsonb_build_object(
        'transfer', settings->'prices'->'renew', 'restore', settings->'prices'->'create'))
    WHERE NOT settings ? 'transfers';

-- Times to live that registrars may set, as a new zone has them.
UPDATE zones SET settings = settings || jsonb_build_object('ttl_limits',
        '{"ns": {"min": 300, "max": 172800}, "ds": {"min": 300, "max": 172800}, "a": {"min": 300, "max": 172800}, "aaaa": {"min": 300, "max": 172800}}'::jsonb)
    WHERE NOT settings ? 'ttl_limits';

-- +goose Down
DROP INDEX domains_variants;
ALTER TABLE domains DROP CONSTRAINT domains_variant_fkey, DROP COLUMN variant_holder;
DROP TABLE variant_sets;
DROP TABLE launch_marks;
ALTER TABLE poll_messages DROP COLUMN data;
ALTER TABLE hosts DROP COLUMN ttls;
DROP TABLE login_failures;
ALTER TABLE registrars DROP COLUMN networks, DROP COLUMN old_passwords, DROP COLUMN passwords, DROP COLUMN password_set_at;
DROP TABLE answers;
DELETE FROM history WHERE kind = 'token';
ALTER TABLE history DROP CONSTRAINT history_kind_check;
ALTER TABLE history ADD CONSTRAINT history_kind_check
    CHECK (kind IN ('domain', 'host', 'contact', 'registrar', 'zone', 'policy', 'application', 'whitelist'));
DROP TABLE allocation_tokens;
DROP TABLE zone_labels;
DROP TABLE auth_failures;
DROP INDEX contacts_due;
ALTER TABLE contacts DROP COLUMN addl_email, DROP COLUMN due_at, DROP COLUMN transfer;
ALTER TABLE domains DROP CONSTRAINT domains_refund_check, DROP CONSTRAINT domains_purge_check, DROP CONSTRAINT domains_final_check, DROP CONSTRAINT domains_restore_check;
ALTER TABLE domains DROP COLUMN launch, DROP COLUMN ttls, DROP COLUMN host_attrs, DROP COLUMN secure, DROP COLUMN variant_key,
    DROP COLUMN idn_table, DROP COLUMN class, DROP COLUMN report_until, DROP COLUMN final, DROP COLUMN refunded, DROP COLUMN restore_due, DROP COLUMN transfer;
