-- What EPP lacked: registrars with a data model of their own, and what they are told in good
-- time: maintenance (RFC 9167), and domains that expire. And which processes register names.

-- +goose Up
-- How much a registrar's names tell of people, in zones where that is each registrar's.
ALTER TABLE registrars ADD COLUMN data_model text NOT NULL DEFAULT 'maximum' CHECK (data_model IN ('maximum', 'minimum'));

-- Maintenance of the registry. What is only shown is in notice; settled_at is the instant up
-- to which its reminder and its end are told.
CREATE TABLE maintenances (
    id           bigint PRIMARY KEY,
    notice       jsonb NOT NULL,
    start_at     timestamptz NOT NULL,
    end_at       timestamptz NOT NULL,
    settled_at   timestamptz NOT NULL,
    due_at       timestamptz,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz,
    cancelled_at timestamptz,
    version      int NOT NULL CHECK (version > 0),
    CHECK (end_at > start_at),
    CHECK (due_at > settled_at),
    CHECK (cancelled_at IS NULL OR due_at IS NULL)
);
CREATE INDEX maintenances_due ON maintenances (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX maintenances_open ON maintenances (end_at) WHERE cancelled_at IS NULL;

ALTER TABLE history DROP CONSTRAINT history_kind_check;
ALTER TABLE history ADD CONSTRAINT history_kind_check
    CHECK (kind IN ('domain', 'host', 'contact', 'registrar', 'zone', 'policy', 'application', 'whitelist', 'token', 'maintenance'));

-- How far the notices of a zone's expiring domains are told: of all that expire ahead seconds
-- after told, and of those that do at that very instant, of the ones with ids up to told_id.
CREATE TABLE expiry_notices (
    zone_id bigint NOT NULL REFERENCES zones,
    ahead   bigint NOT NULL CHECK (ahead > 0),
    told    timestamptz NOT NULL,
    told_id bigint NOT NULL,
    PRIMARY KEY (zone_id, ahead)
);
-- All others that live are due when they expire.
CREATE INDEX domains_moving ON domains (expires_at) WHERE purge_at IS NULL AND due_at < expires_at;

-- The processes that register names, with ids in the order of their coming. One that is
-- the only one answers checks of free names by itself. signs grows while it lives.
CREATE SEQUENCE process_id;
CREATE TABLE processes (
    id    bigint PRIMARY KEY,
    signs bigint NOT NULL
);

-- +goose Down
DROP TABLE processes;
DROP SEQUENCE process_id;
DROP INDEX domains_moving;
DROP TABLE expiry_notices;
DELETE FROM history WHERE kind = 'maintenance';
ALTER TABLE history DROP CONSTRAINT history_kind_check;
ALTER TABLE history ADD CONSTRAINT history_kind_check
    CHECK (kind IN ('domain', 'host', 'contact', 'registrar', 'zone', 'policy', 'application', 'whitelist', 'token'));
DROP TABLE maintenances;
ALTER TABLE registrars DROP COLUMN data_model;
