package registry

import "time"

// Launch is how a domain was registered in a launch phase (RFC 8334).
type Launch struct {
	Phase    string    `json:"phase"`            // "sunrise", "claims"
	Name     string    `json:"name,omitempty"`   // of the phase, where the zone gave it one
	Marks    []string  `json:"-"`                // XML of the marks, of a new domain alone
	SMD      string    `json:"smd,omitempty"`    // id of the signed mark
	Notice   string    `json:"notice,omitempty"` // id of the claims notice
	Accepted time.Time `json:"accepted,omitzero"`
}

// The phases of a launch (RFC 8334, Section 2.3). Open is every time without a phase.
const (
	PhaseSunrise = "sunrise"
	PhaseClaims  = "claims"
	PhaseOpen    = "open"
)

// StartDate is the model of a sunrise that registers at once, first come, first served.
const StartDate = "start-date"

// LaunchPolicy is the launch of a zone: its phases in order of their beginning. They
// do not overlap.
type LaunchPolicy struct {
	Phases []LaunchPhase `json:"phases,omitempty"`
}

// LaunchPhase is one phase, from From on and until To; a zero time is no bound.
type LaunchPhase struct {
	Phase string    `json:"phase"`
	Name  string    `json:"name,omitempty"` // sub-phase, as registrars give it in launch:phase
	Model string    `json:"model,omitempty"`
	From  time.Time `json:"from,omitzero"`
	To    time.Time `json:"to,omitzero"`
}

// At returns the phase that holds at an instant; the open phase when none does.
func (p LaunchPolicy) At(now time.Time) LaunchPhase {
	for _, l := range p.Phases {
		if !now.Before(l.From) && (l.To.IsZero() || now.Before(l.To)) {
			return l
		}
	}
	return LaunchPhase{Phase: PhaseOpen}
}

// maxPhases bounds the phases of a zone.
const maxPhases = 20

// check refuses phases that could not be obeyed.
func (p LaunchPolicy) check() error {
	if len(p.Phases) > maxPhases {
		return Errorf(KindRange, "launch.phases", "", "a zone has at most %d phases", maxPhases)
	}
	for i, l := range p.Phases {
		switch {
		case l.Phase != PhaseSunrise && l.Phase != PhaseClaims:
			return Errorf(KindValue, "launch.phases", l.Phase, "a phase is sunrise or claims: what follows is open to all")
		case l.Model != "" && (l.Phase != PhaseSunrise || l.Model != StartDate):
			return Errorf(KindUnimplemented, "launch.phases", l.Model, "a sunrise is of the model %s: applications are not taken", StartDate)
		case len(l.Name) > maxLabel:
			return Errorf(KindRange, "launch.phases", l.Name, "the name of a phase has at most %d octets", maxLabel)
		case !l.To.IsZero() && !l.From.Before(l.To):
			return Errorf(KindRange, "launch.phases", l.Phase, "the phase ends before it begins")
		case i > 0 && (p.Phases[i-1].To.IsZero() || l.From.Before(p.Phases[i-1].To)):
			return Errorf(KindRange, "launch.phases", l.Phase, "phases are in the order of time and do not overlap")
		}
	}
	return nil
}

// LaunchRequest is what a create says of a launch (RFC 8334, Section 3.3).
type LaunchRequest struct {
	Phase, Name string
	Type        string      // "", "application" or "registration"
	Mark        *SignedMark // verified, but for its label, its revocation and its dates
	Notice      *ClaimsNotice
}

// SignedMark is what a verified signed mark says (RFC 7848, Section 2).
type SignedMark struct {
	ID                  string
	Labels              []string // A-labels
	NotBefore, NotAfter time.Time
	Marks               []string // XML of each mark:mark
}

// ClaimsNotice is the acceptance of a claims notice (RFC 8334, Section 3.3.2).
type ClaimsNotice struct {
	ID, Validator      string
	NotAfter, Accepted time.Time
}

// CheckPhase holds the phase that a command names against the one that holds at an
// instant; 2306 as RFC 8334, Section 2.3 wants it.
func (z *Zone) CheckPhase(phase, name string, now time.Time) (LaunchPhase, error) {
	is := z.Launch.At(now)
	if phase != is.Phase || name != "" && name != is.Name {
		return is, Errorf(KindParamPolicy, "launch:phase", phase, "the phase of %s is %s", z.Name, is)
	}
	return is, nil
}

// String names the phase as a message does.
func (l LaunchPhase) String() string {
	if l.Name != "" {
		return l.Phase + " (" + l.Name + ")"
	}
	return l.Phase
}

// CheckMark holds a verified signed mark against a label and an instant (RFC 9361,
// Section 5.2.2; RFC 7848, Section 2.3).
func (m *SignedMark) CheckMark(name, label string, now time.Time) error {
	has := false
	for _, l := range m.Labels {
		has = has || l == label
	}
	switch {
	case now.Before(m.NotBefore):
		return Errorf(KindParamPolicy, "domain:name", name, "the signed mark %s is valid from %s on", m.ID, m.NotBefore.UTC().Format(time.RFC3339))
	case now.After(m.NotAfter):
		return Errorf(KindParamPolicy, "domain:name", name, "the signed mark %s was valid until %s", m.ID, m.NotAfter.UTC().Format(time.RFC3339))
	case !has:
		return Errorf(KindParamPolicy, "domain:name", name, "the signed mark %s is for %s", m.ID, listed(m.Labels))
	}
	return nil
}
