package store

import (
	"bytes"
	"encoding/json"

	"cadastre/registry"
)

// copyRows feeds COPY one row at a time from a buffer that is used again for
// each, so that a chunk's memory does not depend on how wide its rows are. It
// implements pgx.CopyFromSource.
type copyRows struct {
	table   string
	columns []string
	fill    func(row []any) (bool, error) // the next row; false after the last

	row []any
	err error
}

func newCopyRows(table string, columns []string, fill func(row []any) (bool, error)) *copyRows {
	return &copyRows{table: table, columns: columns, fill: fill, row: make([]any, len(columns))}
}

// Next implements pgx.CopyFromSource.
func (r *copyRows) Next() bool {
	var more bool
	more, r.err = r.fill(r.row)
	return more && r.err == nil
}

// Values implements pgx.CopyFromSource.
func (r *copyRows) Values() ([]any, error) { return r.row, nil }

// Err implements pgx.CopyFromSource.
func (r *copyRows) Err() error { return r.err }

func (c *loadCopy) domainRows() *copyRows {
	i := 0
	columns := []string{"id", "name", "zone_id", "registrar", "registrant", "created_at", "created_by", "expires_at", "due_at", "version"}
	return newCopyRows("domains", columns, func(row []any) (bool, error) {
		if i == len(c.domains) {
			return false, nil
		}
		d := &c.domains[i]
		i++
		row[0], row[1], row[2], row[3], row[4] = d.id, d.Name, c.zone.ID, d.Registrar, d.RegistrantID
		row[5], row[6], row[7], row[8], row[9] = d.Created, d.Registrar, d.Expires, d.Expires, 1
		return true, nil
	})
}

func (c *loadCopy) hostRows() *copyRows {
	i := 0
	columns := []string{"id", "name", "registrar", "superordinate_id", "addrs", "created_at", "created_by", "version"}
	return newCopyRows("hosts", columns, func(row []any) (bool, error) {
		if i == len(c.hosts) {
			return false, nil
		}
		h := &c.hosts[i]
		i++
		var superordinate *int64
		if h.superordinate != nil {
			superordinate = &h.superordinate.id
		}
		row[0], row[1], row[2], row[3] = h.id, h.Name, h.registrar, superordinate
		row[4], row[5], row[6], row[7] = addrsOf(&registry.Host{Addrs: h.Addrs}), h.Created, h.registrar, 1
		return true, nil
	})
}

func (c *loadCopy) linkRows() *copyRows {
	i, j := 0, 0 // domain, and host of it
	return newCopyRows("domain_hosts", []string{"domain_id", "host_id"}, func(row []any) (bool, error) {
		for ; i < len(c.domains); i, j = i+1, 0 {
			d := &c.domains[i]
			switch own := c.hosts[d.hosts[0]:d.hosts[1]]; {
			case j < len(d.HostIDs):
				row[0], row[1] = d.id, d.HostIDs[j]
			case j < len(d.HostIDs)+len(own):
				row[0], row[1] = d.id, own[j-len(d.HostIDs)].id
			default:
				continue
			}
			j++
			return true, nil
		}
		return false, nil
	})
}

// historyRows has a line for every object made: version 1, with the state that
// a create leaves behind. The instant is that of the creation, so that the
// history tells the object's life; actor and ids are those of the load.
func (c *loadCopy) historyRows() *copyRows {
	i := 0
	var state bytes.Buffer
	enc := json.NewEncoder(&state)
	columns := []string{"object_id", "version", "kind", "name", "at", "action", "actor", "channel", "cltrid", "svtrid", "state"}
	a := c.tx.Actor
	actor := a.ID()
	return newCopyRows("history", columns, func(row []any) (bool, error) {
		state.Reset()
		var err error
		switch {
		case i < len(c.domains):
			d := &c.domains[i]
			row[0], row[2], row[3], row[4] = d.id, "domain", d.Name, d.Created
			err = enc.Encode(d.object(c.zone))
		case i < len(c.domains)+len(c.hosts):
			h := &c.hosts[i-len(c.domains)]
			row[0], row[2], row[3], row[4] = h.id, "host", h.Name, h.Created
			err = enc.Encode(h.object())
		default:
			return false, nil
		}
		i++
		row[1], row[5], row[6], row[7], row[8], row[9], row[10] = 1, "load", actor, a.Channel, a.ClTRID, a.SvTRID, state.Bytes()
		return true, err
	})
}

func (d *placedDomain) object(z *registry.Zone) *registry.Domain {
	return &registry.Domain{
		ID: d.id, Name: d.Name, Zone: z.Name, ZoneID: z.ID, Registrar: d.Registrar, Registrant: d.Registrant,
		Nameservers: d.Nameservers, Created: d.Created, CreatedBy: d.Registrar, Expires: d.Expires, Version: 1,
	}
}

func (h *placedHost) object() *registry.Host {
	out := &registry.Host{
		ID: h.id, Name: h.Name, Registrar: h.registrar, Addrs: h.Addrs, Created: h.Created, CreatedBy: h.registrar, Version: 1,
	}
	if d := h.superordinate; d != nil {
		out.Superordinate, out.SuperordinateID = d.Name, d.id
	}
	return out
}
