-- The shared registry system. Conventions: business instants are parameters,
-- never now(); lists of states are text with CHECK; every row that others must
-- not overtake carries a version that rises by one with each change.
--
-- Rows name their registrar and zone without a foreign key: the check would
-- lock one hot row on every create. Registrars and zones are never deleted, and
-- the consistency check (store.CheckWorld) proves that no name dangles.

-- +goose Up
CREATE SEQUENCE object_id INCREMENT BY 100;

CREATE TABLE registrars (
    handle       text PRIMARY KEY CHECK (length(handle) BETWEEN 3 AND 16),
    id           bigint NOT NULL UNIQUE,
    name         text NOT NULL,
    iana         integer NOT NULL DEFAULT 0,
    suspended    boolean NOT NULL DEFAULT false,
    reason       text NOT NULL DEFAULT '',
    email        text NOT NULL DEFAULT '',
    phone        text NOT NULL DEFAULT '',
    rdap_base    text NOT NULL DEFAULT '',
    password     text NOT NULL,
    created_at   timestamptz NOT NULL,
    version      integer NOT NULL CHECK (version > 0)
);

CREATE TABLE registrar_certs (
    fingerprint  text PRIMARY KEY CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
    registrar    text NOT NULL REFERENCES registrars (handle),
    subject      text NOT NULL,
    not_after    timestamptz NOT NULL,
    added_at     timestamptz NOT NULL
);
CREATE INDEX registrar_certs_registrar ON registrar_certs (registrar);

-- The prepaid account of each registrar: the sum of its ledger entries, kept so
-- that a charge is one guarded UPDATE. Locked last in every transaction.
CREATE TABLE accounts (
    registrar    text PRIMARY KEY REFERENCES registrars (handle),
    balance      bigint NOT NULL DEFAULT 0,
    credit_limit bigint NOT NULL DEFAULT 0 CHECK (credit_limit >= 0),
    low_balance  bigint NOT NULL DEFAULT 0,
    currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- Set by the registry's own charges, which go through whatever the balance.
    forced       boolean NOT NULL DEFAULT false,
    CONSTRAINT accounts_funds CHECK (forced OR balance + credit_limit >= 0)
);

-- Double entry: each row takes amount from one account and gives it to another,
-- so the whole sums to zero by construction. Accounts are registrar:HANDLE,
-- income:ZONE and cash.
CREATE TABLE ledger (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL,
    debit        text NOT NULL,
    credit       text NOT NULL,
    amount       bigint NOT NULL CHECK (amount > 0),
    currency     text NOT NULL,
    reason       text NOT NULL,
    object       text NOT NULL,
    svtrid       text NOT NULL,
    CHECK (debit <> credit)
);
CREATE INDEX ledger_debit ON ledger (debit, id);
CREATE INDEX ledger_credit ON ledger (credit, id);

CREATE TABLE zones (
    id             bigint PRIMARY KEY,
    name           text NOT NULL UNIQUE,
    kind           text NOT NULL CHECK (kind IN ('target', 'whitelist')),
    settings       jsonb NOT NULL,
    config_version bigint NOT NULL CHECK (config_version > 0),
    -- The SOA serial is this number modulo 2^32 (RFC 1982): it counts steps and
    -- never wraps here, so the journal keeps its order.
    serial         bigint NOT NULL CHECK (serial > 0),
    created_at     timestamptz NOT NULL
);

CREATE TABLE contacts (
    id              bigint PRIMARY KEY,
    handle          text NOT NULL CONSTRAINT contacts_handle_key UNIQUE CHECK (length(handle) BETWEEN 3 AND 16),
    registrar       text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('real', 'proxy')),
    real_id         bigint CONSTRAINT contacts_real_fkey REFERENCES contacts (id),
    postal          jsonb NOT NULL,
    voice           jsonb NOT NULL,
    fax             jsonb NOT NULL,
    email           text NOT NULL CHECK (email <> ''),
    secondary_email text NOT NULL DEFAULT '',
    emergency       jsonb NOT NULL,
    identifier      text NOT NULL DEFAULT '',
    disclose        jsonb,
    statuses        text[] NOT NULL DEFAULT '{}',
    status_texts    jsonb NOT NULL DEFAULT '{}',
    auth_salt       bytea,
    auth_hash       bytea,
    auth_set_at     timestamptz,
    created_at      timestamptz NOT NULL,
    created_by      text NOT NULL,
    updated_at      timestamptz,
    updated_by      text NOT NULL DEFAULT '',
    transferred_at  timestamptz,
    version         integer NOT NULL CHECK (version > 0),
    CHECK (real_id IS NULL OR (kind = 'proxy' AND real_id <> id)),
    CHECK (kind = 'real' OR (secondary_email = '' AND identifier = '' AND emergency = '{}')),
    CHECK ((auth_hash IS NULL) = (auth_salt IS NULL))
);
CREATE INDEX contacts_real ON contacts (real_id) WHERE real_id IS NOT NULL;

CREATE TABLE domains (
    id             bigint PRIMARY KEY,
    name           text NOT NULL CONSTRAINT domains_name_key UNIQUE CHECK (name = lower(name)),
    zone_id        bigint NOT NULL,
    registrar      text NOT NULL,
    registrant     bigint CONSTRAINT domains_registrant_fkey REFERENCES contacts (id),
    statuses       text[] NOT NULL DEFAULT '{}',
    status_texts   jsonb NOT NULL DEFAULT '{}',
    auth_salt      bytea,
    auth_hash      bytea,
    auth_set_at    timestamptz,
    created_at     timestamptz NOT NULL,
    created_by     text NOT NULL,
    updated_at     timestamptz,
    updated_by     text NOT NULL DEFAULT '',
    transferred_at timestamptz,
    expires_at     timestamptz NOT NULL,
    graces         jsonb NOT NULL DEFAULT '[]',
    redeem_until   timestamptz,
    purge_at       timestamptz,
    due_at         timestamptz NOT NULL,
    version        integer NOT NULL CHECK (version > 0),
    CHECK (expires_at > created_at),
    CHECK (redeem_until IS NULL OR purge_at IS NOT NULL),
    CHECK ((auth_hash IS NULL) = (auth_salt IS NULL))
);
CREATE INDEX domains_due ON domains (due_at);
CREATE INDEX domains_zone ON domains (zone_id);
CREATE INDEX domains_registrant ON domains (registrant);

CREATE TABLE hosts (
    id               bigint PRIMARY KEY,
    name             text NOT NULL CONSTRAINT hosts_name_key UNIQUE CHECK (name = lower(name)),
    registrar        text NOT NULL,
    superordinate_id bigint CONSTRAINT hosts_superordinate_fkey REFERENCES domains (id),
    addrs            inet[] NOT NULL DEFAULT '{}',
    statuses         text[] NOT NULL DEFAULT '{}',
    status_texts     jsonb NOT NULL DEFAULT '{}',
    created_at       timestamptz NOT NULL,
    created_by       text NOT NULL,
    updated_at       timestamptz,
    updated_by       text NOT NULL DEFAULT '',
    transferred_at   timestamptz,
    version          integer NOT NULL CHECK (version > 0),
    -- An external host has no addresses here.
    CHECK (superordinate_id IS NOT NULL OR addrs = '{}')
);
CREATE INDEX hosts_superordinate ON hosts (superordinate_id) WHERE superordinate_id IS NOT NULL;

CREATE TABLE domain_hosts (
    domain_id bigint NOT NULL CONSTRAINT domain_hosts_domain_fkey REFERENCES domains (id),
    host_id   bigint NOT NULL CONSTRAINT domain_hosts_host_fkey REFERENCES hosts (id),
    PRIMARY KEY (domain_id, host_id)
);
CREATE INDEX domain_hosts_host ON domain_hosts (host_id);

CREATE TABLE domain_contacts (
    domain_id  bigint NOT NULL CONSTRAINT domain_contacts_domain_fkey REFERENCES domains (id),
    type       text NOT NULL CHECK (type IN ('admin', 'billing', 'tech')),
    contact_id bigint NOT NULL CONSTRAINT domain_contacts_contact_fkey REFERENCES contacts (id),
    PRIMARY KEY (domain_id, type, contact_id)
);
CREATE INDEX domain_contacts_contact ON domain_contacts (contact_id);

-- One row per change of any object, with the object as it was afterwards
-- (secrets left out). The key makes the history contiguous.
CREATE TABLE history (
    object_id bigint NOT NULL,
    version   integer NOT NULL CHECK (version > 0),
    kind      text NOT NULL CHECK (kind IN ('domain', 'host', 'contact', 'registrar', 'zone')),
    name      text NOT NULL,
    at        timestamptz NOT NULL,
    action    text NOT NULL,
    actor     text NOT NULL,
    channel   text NOT NULL,
    cltrid    text NOT NULL,
    svtrid    text NOT NULL,
    state     jsonb NOT NULL,
    PRIMARY KEY (object_id, version)
);
CREATE INDEX history_name ON history (name, at);

CREATE TABLE poll_messages (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    registrar text NOT NULL,
    queued_at timestamptz NOT NULL,
    text      text NOT NULL
);
CREATE INDEX poll_messages_registrar ON poll_messages (registrar, id);

-- Names whose delegation may have changed. Order and duplicates do not matter:
-- the publisher reads the present state of each name. queued_at is wall time,
-- for measuring the publisher's lag.
CREATE TABLE dirty_names (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    zone_id   bigint NOT NULL,
    name      text NOT NULL,
    queued_at timestamptz NOT NULL
);
CREATE INDEX dirty_names_zone ON dirty_names (zone_id, id);

-- What each serial step of a zone touched, so that every process that answers
-- for the zone can follow.
CREATE TABLE zone_journal (
    zone_id bigint NOT NULL,
    serial  bigint NOT NULL,
    names   text[] NOT NULL,
    PRIMARY KEY (zone_id, serial)
);

-- +goose Down
DROP TABLE zone_journal, dirty_names, poll_messages, history, domain_contacts, domain_hosts, hosts, domains, contacts, zones,
    ledger, accounts, registrar_certs, registrars;
DROP SEQUENCE object_id;
