package store

import "time"

const sqlInsertDirty = `INSERT INTO dirty_names (zone_id, name, queued_at) VALUES ($1, $2, $3)`

const sqlInsertDirtyByHost = `
	INSERT INTO dirty_names (zone_id, name, queued_at)
	SELECT d.zone_id, d.name, $2
	FROM domain_hosts dh JOIN domains d ON d.id = dh.domain_id
	WHERE dh.host_id = $1`

// markDirty notes that the delegation of a name may have changed.
func (tx *Tx) markDirty(zoneID int64, name string) {
	tx.write("", "", sqlInsertDirty, zoneID, name, time.Now())
	tx.dirty = true
}

// markDirtyUsers notes that the delegations that use a host may have changed.
func (tx *Tx) markDirtyUsers(hostID int64) {
	tx.write("", "", sqlInsertDirtyByHost, hostID, time.Now())
	tx.dirty = true
}
