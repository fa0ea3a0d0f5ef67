package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cadastre/registry/store"
)

// sqlWorld finds rows of the whitelist registry that break an invariant no
// constraint can state, one line of text each. It is one statement, so it sees one
// state of the database.
const sqlWorld = `
	SELECT 'published but not in the zone: ' || n.name FROM whitelist_names n
	WHERE n.state = 'published' AND NOT EXISTS (SELECT 1 FROM zone_data z WHERE z.zone_id = n.zone_id AND z.name = n.name)
	UNION ALL
	SELECT 'in the zone but not published: ' || d.name FROM zone_data d JOIN zones z ON z.id = d.zone_id
	WHERE z.kind = 'whitelist' AND NOT EXISTS (SELECT 1 FROM whitelist_names n WHERE n.name = d.name AND n.zone_id = d.zone_id AND n.state = 'published')
	UNION ALL
	SELECT 'outside its zone: ' || n.name FROM whitelist_names n
	WHERE NOT EXISTS (SELECT 1 FROM zones z WHERE z.id = n.zone_id AND z.kind = 'whitelist' AND right(n.name, length(z.name) + 1) = '.' || z.name)
	UNION ALL
	SELECT 'held by no undecided application: ' || n.name FROM whitelist_names n
	WHERE n.state = 'held' AND NOT EXISTS (
		SELECT 1 FROM application_names an JOIN applications a ON a.id = an.application_id WHERE an.name = n.name AND a.state = 'held')
	UNION ALL
	SELECT 'published without who and when: ' || n.name FROM whitelist_names n
	WHERE n.state = 'published' AND NOT EXISTS (
		SELECT 1 FROM application_names an JOIN applications a ON a.id = an.application_id
		WHERE an.name = n.name AND a.state = 'approved' AND a.decided_by <> '')
	  AND NOT EXISTS (SELECT 1 FROM history h WHERE h.object_id = n.id AND h.action = 'enter')
	UNION ALL
	SELECT 'a name of a denied application: ' || an.name FROM application_names an JOIN applications a ON a.id = an.application_id
	WHERE a.state = 'denied'
	UNION ALL
	SELECT 'an undecided application without names: ' || a.id FROM applications a
	WHERE a.state = 'held' AND NOT EXISTS (SELECT 1 FROM application_names an WHERE an.application_id = a.id)
	UNION ALL
	SELECT 'a name of an approved application vanished: ' || x.name FROM applications a
	JOIN history f ON f.object_id = a.id AND f.version = 1 CROSS JOIN LATERAL jsonb_array_elements_text(f.state->'names') x (name)
	WHERE a.state = 'approved' AND NOT EXISTS (SELECT 1 FROM application_names an WHERE an.application_id = a.id AND an.name = x.name)
	  AND NOT EXISTS (SELECT 1 FROM history h WHERE h.name = x.name AND h.kind = 'whitelist' AND h.action IN ('prune', 'delete') AND h.at >= a.decided_at)
	UNION ALL
	SELECT 'approved, but a name is not published: ' || an.name FROM application_names an
	JOIN applications a ON a.id = an.application_id JOIN whitelist_names n ON n.name = an.name
	WHERE a.state = 'approved' AND n.state <> 'published'
	UNION ALL
	SELECT 'shared by applications of another kind: ' || an.name FROM application_names an
	JOIN applications a ON a.id = an.application_id JOIN whitelist_names n ON n.name = an.name
	WHERE a.policy <> n.policy OR a.target <> n.target
	   OR n.registrant <> '' AND lower(n.registrant) <> lower(a.registrant)
	   OR n.agent <> '' AND lower(n.agent) <> lower(a.agent)
	UNION ALL
	SELECT 'an expiry that is no whole second: ' || n.name FROM whitelist_names n
	WHERE n.expires_at <> date_trunc('second', n.expires_at)
	UNION ALL
	SELECT 'history does not end with the present version: ' || o.what || ' ' || o.id || ' at ' || o.version FROM (
		SELECT 'application' AS what, id, version FROM applications UNION ALL SELECT 'name', id, version FROM whitelist_names
		UNION ALL SELECT 'policy', id, version FROM policies) o
	WHERE (SELECT count(*) FROM history h WHERE h.object_id = o.id) <> o.version
	UNION ALL
	SELECT 'a decision that was told ' || count(*) || ' times: ' || (m.pending->>'application') FROM poll_messages m
	WHERE m.pending IS NOT NULL GROUP BY m.pending->>'application' HAVING count(*) > 1
	UNION ALL
	SELECT 'a decision told otherwise than it is: ' || a.id FROM poll_messages m JOIN applications a ON a.id = (m.pending->>'application')::bigint
	WHERE m.pending->>'status' <> a.state
	UNION ALL
	SELECT 'an application under a policy that is not in force: ' || a.id FROM applications a
	WHERE a.state = 'held' AND NOT EXISTS (SELECT 1 FROM policies p WHERE p.name = a.policy AND p.granted IS NOT NULL)
	LIMIT 50`

// CheckWorld verifies the whitelist registry's invariants and returns what breaks
// them, one line each.
func CheckWorld(ctx context.Context, st *store.Store) ([]string, error) {
	rows, err := st.Query(ctx, sqlWorld)
	if err != nil {
		return nil, fmt.Errorf("whitelist world: %w", err)
	}
	faults, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("whitelist world: %w", err)
	}
	return faults, nil
}
