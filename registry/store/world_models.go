package store

// Invariants of a zone's data models.
const (
	sqlWorldSecure = `
		SELECT d.name FROM domains d JOIN zones z ON z.id = d.zone_id
		WHERE d.secure IS NOT NULL
		  AND coalesce(jsonb_array_length(d.secure->CASE WHEN z.settings->'dnssec'->>'interface' = 'keyData' THEN 'keys' ELSE 'ds' END), 0) = 0
		   OR d.secure ? 'ds' AND d.secure ? 'keys' LIMIT 5`
	sqlWorldHostModel = `
		SELECT d.name FROM domains d JOIN zones z ON z.id = d.zone_id
		WHERE CASE WHEN z.settings->'model'->>'hosts' = 'attributes'
		      THEN EXISTS (SELECT 1 FROM domain_hosts dh WHERE dh.domain_id = d.id) OR EXISTS (SELECT 1 FROM hosts h WHERE h.superordinate_id = d.id)
		      ELSE d.host_attrs IS NOT NULL END LIMIT 5`
	sqlWorldGlue = `
		SELECT d.name || ' has ' || (a->>'name')
		FROM domains d CROSS JOIN LATERAL jsonb_array_elements(coalesce(d.host_attrs, '[]')) AS a
		WHERE (a ? 'addrs') <> (a->>'name' = d.name OR right(a->>'name', length(d.name) + 1) = '.' || d.name) LIMIT 5`
	sqlWorldContacts = `
		SELECT d.name FROM domains d JOIN zones z ON z.id = d.zone_id
		WHERE z.settings->'model'->>'contacts' = 'minimum'
		  AND (d.registrant IS NOT NULL OR EXISTS (SELECT 1 FROM domain_contacts dc WHERE dc.domain_id = d.id)) LIMIT 5`
)
