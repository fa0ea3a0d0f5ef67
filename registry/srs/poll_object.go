package srs

import (
	"encoding/json"
	"fmt"

	"cadastre/registry"
)

// changed makes the object that a message about a change shows, as it was then and as its
// sponsor sees it.
func (s *SRS) changed(c *registry.Change) (any, error) {
	var out, object any
	var complete func()
	switch c.Object {
	case "domain":
		v := &registry.DomainView{Domain: &registry.Domain{}, Full: true}
		out, object, complete = v, v.Domain, func() { v.ROID = s.ROID('D', v.ID) }
	case "host":
		v := &registry.HostView{Host: &registry.Host{}}
		out, object, complete = v, v.Host, func() { v.ROID = s.ROID('H', v.ID) }
	case "contact":
		v := &registry.ContactView{Contact: &registry.Contact{}, Sponsor: true}
		out, object, complete = v, v.Contact, func() { v.ROID = s.ROID('C', v.ID) }
	default:
		return nil, fmt.Errorf("message about %s: what is a %q?", c.Name, c.Object)
	}
	if err := json.Unmarshal(c.State, object); err != nil {
		return nil, fmt.Errorf("message about %s: %w", c.Name, err)
	}
	complete()
	return out, nil
}
