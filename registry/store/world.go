package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// worldChecks find rows that break an invariant no constraint can state: each
// query returns one line of text a fault.
var worldChecks = []struct{ invariant, sql string }{
	{"every domain names a registrar and a zone that exist", sqlWorldDomainOwner},
	{"every host and contact names a registrar that exists", sqlWorldOwner},
	{"every zone has a domain's name below it", sqlWorldZone},
	{"history is contiguous and ends with the present version", sqlWorldHistory},
	{"a deleted object's history is contiguous", sqlWorldHistoryGaps},
	{"a balance is the sum of its ledger entries", sqlWorldBalance},
	{"a subordinate host follows its superordinate domain", sqlWorldHost},
	{"a host inside our zones is subordinate", sqlWorldExternal},
	{"nothing delegates to a host of ours without an address", sqlWorldGlueless},
	{"no domain being deleted has subordinate hosts", sqlWorldDeletedHosts},
	{"a proxy links to a real contact of the same registrar", sqlWorldProxy},
	{"a registrant in a zone with the genuine policy is genuine", sqlWorldGenuine},
	{"DNSSEC data are in the form that the zone takes", sqlWorldSecure},
	{"name servers are what the zone's host model says", sqlWorldHostModel},
	{"host attributes have addresses below their domain, and only there", sqlWorldGlue},
	{"no domain has contacts where the zone knows none", sqlWorldContacts},
	{"due_at is the next instant at which something happens", sqlWorldDue},
	{"a contact falls due when its transfer does", sqlWorldContactDue},
	{"whoever has an object took part in its newest transfer", sqlWorldTransfer},
	{"a pending transfer stands beside no deletion and no status that prohibits it", sqlWorldPending},
	{"statuses that are set are known, and each is set once", sqlWorldStatuses},
	{"the ledger's accounts exist, and their money is of one kind", sqlWorldLedger},
	{"messages wait for registrars that exist", sqlWorldPoll},
	{"a name that can have variants is in a set, and no set is empty", sqlWorldVariants},
	{"the names of a variant set have one registrant, or registrar", sqlWorldHolder},
}

const (
	// RFC 5731, 5732 and 5733, Section 2.3 or 2.2 each.
	sqlWorldPending = `
		SELECT o.name FROM (
			SELECT name, statuses, purge_at, transfer FROM domains UNION ALL SELECT handle, statuses, NULL, transfer FROM contacts) o
		WHERE o.transfer->>'status' = 'pending'
		  AND (o.purge_at IS NOT NULL OR o.statuses && ARRAY['clientTransferProhibited', 'serverTransferProhibited']) LIMIT 5`
	sqlWorldStatuses = `
		SELECT o.name || ' has ' || array_to_string(o.statuses, ' ') FROM (
			SELECT name, statuses, ARRAY['Delete', 'Hold', 'Renew', 'Transfer', 'Update'] AS allowed FROM domains
			UNION ALL SELECT name, statuses, ARRAY['Delete', 'Update'] FROM hosts
			UNION ALL SELECT handle, statuses, ARRAY['Delete', 'Transfer', 'Update'] FROM contacts) o
		WHERE EXISTS (SELECT 1 FROM unnest(o.statuses) s WHERE s !~ '^(client|server)(Hold|(Delete|Renew|Transfer|Update)Prohibited)$'
		              OR NOT substring(s FROM '^(?:client|server)(Delete|Hold|Renew|Transfer|Update)') = ANY (o.allowed))
		   OR cardinality(o.statuses) <> (SELECT count(DISTINCT s) FROM unnest(o.statuses) s) LIMIT 5`
	sqlWorldLedger = `
		SELECT 'entry ' || l.id FROM ledger l, LATERAL (VALUES (l.debit), (l.credit)) e (account)
		LEFT JOIN accounts a ON 'registrar:' || a.registrar = e.account
		WHERE starts_with(e.account, 'registrar:') AND a.currency IS DISTINCT FROM l.currency LIMIT 5`
	sqlWorldPoll = `
		SELECT 'message ' || p.id FROM poll_messages p
		WHERE NOT EXISTS (SELECT 1 FROM registrars r WHERE r.handle = p.registrar) LIMIT 5`
	sqlWorldVariants = `
		SELECT d.name FROM domains d WHERE (d.variant_key <> '') <> (d.variant_holder IS NOT NULL)
		UNION ALL
		SELECT 'set ' || s.variant_key FROM variant_sets s
		WHERE NOT EXISTS (SELECT 1 FROM domains d WHERE d.zone_id = s.zone_id AND d.variant_key = s.variant_key) LIMIT 5`
	sqlWorldHolder = `
		SELECT d.name || ' is held by ' || d.variant_holder FROM domains d LEFT JOIN contacts c ON c.id = d.registrant
		WHERE d.variant_holder IS NOT NULL AND d.variant_holder NOT IN
			('name ' || d.name, 'registrant ' || coalesce(c.handle, ''), 'registrar ' || d.registrar) LIMIT 5`
	sqlWorldDomainOwner = `
		SELECT 'domain ' || d.name FROM domains d
		WHERE NOT EXISTS (SELECT 1 FROM registrars r WHERE r.handle = d.registrar)
		   OR NOT EXISTS (SELECT 1 FROM zones z WHERE z.id = d.zone_id) LIMIT 5`
	sqlWorldOwner = `
		SELECT x.name FROM (SELECT name, registrar FROM hosts UNION ALL SELECT handle, registrar FROM contacts) x
		WHERE NOT EXISTS (SELECT 1 FROM registrars r WHERE r.handle = x.registrar) LIMIT 5`
	sqlWorldZone = `
		SELECT d.name FROM domains d JOIN zones z ON z.id = d.zone_id
		WHERE right(d.name, length(z.name) + 1) <> '.' || z.name LIMIT 5`
	sqlWorldHistory = `
		SELECT o.name || ' version ' || o.version || ', history ' || coalesce(h.lines, 0)
		FROM (SELECT id, name, version FROM domains UNION ALL SELECT id, name, version FROM hosts
		      UNION ALL SELECT id, handle, version FROM contacts UNION ALL SELECT id, handle, version FROM registrars
		      UNION ALL SELECT id, 'maintenance M' || id, version FROM maintenances) o
		LEFT JOIN (SELECT object_id, count(*) AS lines, max(version) AS newest FROM history GROUP BY object_id) h ON h.object_id = o.id
		WHERE coalesce(h.lines, 0) <> o.version OR h.newest <> o.version LIMIT 5`
	sqlWorldHistoryGaps = `
		SELECT 'object ' || object_id FROM history GROUP BY object_id HAVING count(*) <> max(version) LIMIT 5`
	sqlWorldBalance = `
		SELECT a.registrar || ' has ' || a.balance || ', ledger says ' || coalesce(l.total, 0)
		FROM accounts a
		LEFT JOIN (SELECT account, sum(amount)::bigint AS total
		           FROM (SELECT credit AS account, amount FROM ledger UNION ALL SELECT debit, -amount FROM ledger) e
		           GROUP BY account) l ON l.account = 'registrar:' || a.registrar
		WHERE a.balance <> coalesce(l.total, 0) LIMIT 5`
	sqlWorldHost = `
		SELECT h.name FROM hosts h JOIN domains d ON d.id = h.superordinate_id
		WHERE h.registrar <> d.registrar OR NOT (h.name = d.name OR right(h.name, length(d.name) + 1) = '.' || d.name) LIMIT 5`
	sqlWorldExternal = `
		SELECT h.name FROM hosts h JOIN zones z ON h.name = z.name OR right(h.name, length(z.name) + 1) = '.' || z.name
		WHERE h.superordinate_id IS NULL LIMIT 5`
	sqlWorldGlueless = `
		SELECT d.name || ' delegates to ' || h.name
		FROM hosts h JOIN domain_hosts dh ON dh.host_id = h.id JOIN domains d ON d.id = dh.domain_id
		WHERE h.superordinate_id IS NOT NULL AND h.addrs = '{}' LIMIT 5`
	sqlWorldDeletedHosts = `
		SELECT h.name FROM hosts h JOIN domains d ON d.id = h.superordinate_id WHERE d.purge_at IS NOT NULL LIMIT 5`
	sqlWorldProxy = `
		SELECT p.handle FROM contacts p JOIN contacts r ON r.id = p.real_id
		WHERE r.kind <> 'real' OR r.registrar <> p.registrar LIMIT 5`
	sqlWorldGenuine = `
		SELECT d.name || ' has ' || c.handle
		FROM domains d JOIN zones z ON z.id = d.zone_id JOIN contacts c ON c.id = d.registrant
		LEFT JOIN contacts r ON r.id = c.real_id
		WHERE z.settings->'policy'->>'registrants' = 'genuine'
		  AND NOT CASE c.kind
		      WHEN 'real' THEN c.secondary_email <> '' AND c.emergency->>'number' <> ''
		      ELSE coalesce(r.secondary_email <> '' AND r.emergency->>'number' <> '', false) END LIMIT 5`
	sqlWorldDue = `
		SELECT name FROM domains
		WHERE due_at <> CASE WHEN purge_at IS NOT NULL THEN coalesce(restore_due, redeem_until, purge_at)
		                   WHEN transfer->>'status' = 'pending' THEN least((transfer->>'act_by')::timestamptz, expires_at)
		                   ELSE expires_at END LIMIT 5`
	sqlWorldContactDue = `
		SELECT handle FROM contacts
		WHERE due_at IS DISTINCT FROM CASE WHEN transfer->>'status' = 'pending' THEN (transfer->>'act_by')::timestamptz END
		   OR transfer->>'status' = 'pending' AND (real_id IS NOT NULL
		      OR EXISTS (SELECT 1 FROM contacts p WHERE p.real_id = contacts.id)) LIMIT 5`
	sqlWorldTransfer = `
		SELECT name FROM (SELECT name, registrar, transfer FROM domains UNION ALL SELECT handle, registrar, transfer FROM contacts) o
		WHERE registrar <> CASE WHEN transfer->>'status' IN ('clientApproved', 'serverApproved') THEN transfer->>'gaining'
		                        ELSE transfer->>'losing' END LIMIT 5`
)

// CheckWorld verifies the invariants that no constraint states over the whole
// registry and returns what breaks them, one line each. It reads one snapshot.
func (s *Store) CheckWorld(ctx context.Context) ([]string, error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) //nolint:errcheck // read-only
	if _, err := tx.Exec(ctx, sqlWholeTables); err != nil {
		return nil, err
	}
	var faults []string
	for _, c := range worldChecks {
		rows, err := tx.Query(ctx, c.sql)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.invariant, err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.invariant, err)
		}
		for _, l := range lines {
			faults = append(faults, "not so: "+c.invariant+": "+l)
		}
	}
	return faults, nil
}
