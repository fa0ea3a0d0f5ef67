-- What EPP lacked: registrars with a data model of their own.

-- +goose Up
-- How much a registrar's names tell of people, in zones where that is each registrar's.
ALTER TABLE registrars ADD COLUMN data_model text NOT NULL DEFAULT 'maximum' CHECK (data_model IN ('maximum', 'minimum'));

-- +goose Down
ALTER TABLE registrars DROP COLUMN data_model;
