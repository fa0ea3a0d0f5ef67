package main

import (
	"strings"
	"time"

	"cadastre/registry"
)

// applyLaunch sets the launch phases: PHASE[:NAME][=FROM/TO].
func (o *zoneAddOptions) applyLaunch(z *registry.Zone) error {
	if o.changed("phase") {
		z.Launch.Phases = nil
	}
	for _, text := range o.phases {
		p, err := parsePhase(text)
		if err != nil {
			return err
		}
		z.Launch.Phases = append(z.Launch.Phases, p)
	}
	return nil
}

func parsePhase(text string) (p registry.LaunchPhase, err error) {
	what, when, _ := strings.Cut(text, "=")
	p.Phase, p.Name, _ = strings.Cut(what, ":")
	from, to, _ := strings.Cut(when, "/")
	for _, t := range []struct {
		text string
		to   *time.Time
	}{{from, &p.From}, {to, &p.To}} {
		if t.text == "" {
			continue
		}
		if *t.to, err = time.Parse(time.RFC3339, t.text); err != nil {
			return p, registry.Errorf(registry.KindValue, "--phase", text, "PHASE[:NAME]=FROM/TO is wanted, with times such as 2026-01-31T12:00:00Z")
		}
		*t.to = t.to.UTC()
	}
	return p, nil
}

// phasesText lists the launch phases of a zone.
func phasesText(l registry.LaunchPolicy) []string {
	when := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	var out []string
	for _, p := range l.Phases {
		out = append(out, p.String()+" "+when(p.From)+"/"+when(p.To))
	}
	return out
}
