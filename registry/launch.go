package registry

import "time"

// Launch is how a domain was registered in a launch phase (RFC 8334).
type Launch struct {
	Phase    string    `json:"phase"`          // "sunrise", "claims", …
	Name     string    `json:"name,omitempty"` // of the phase, where the zone gave it one
	Marks    []string  `json:"marks,omitempty"`
	SMD      string    `json:"smd,omitempty"`    // id of the signed mark
	Notice   string    `json:"notice,omitempty"` // id of the claims notice
	Accepted time.Time `json:"accepted,omitzero"`
}
