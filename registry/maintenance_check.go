package registry

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bounds of a maintenance, so that its messages stay readable.
const (
	maxMaintenanceList  = 20   // systems, types, descriptions
	maxMaintenanceText  = 4000 // octets of a description
	maxMaintenanceWords = 200  // octets of a name, a type, a system
	maxMaintenanceURI   = 2000 // octets
	maxReminder         = 90 * Day
)

// MaxMaintenances is how many may be ahead at once: a list of them is one answer.
const MaxMaintenances = 500

// languageTag is the form of xs:language.
var languageTag = regexp.MustCompile(`^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$`)

// Check refuses a plan that could not be carried out or told. It may have begun by now,
// but not be over.
func (p *MaintenancePlan) Check(zones Zones, now time.Time) error {
	switch {
	case p.Start.IsZero():
		return Errorf(KindMissing, "start", "", "a maintenance has a start")
	case p.End.IsZero():
		return Errorf(KindMissing, "end", "", "a maintenance has an end")
	case !p.End.After(p.Start):
		return Errorf(KindRange, "end", p.End.Format(time.RFC3339), "the end lies after the start, %s", p.Start.Format(time.RFC3339))
	case !p.End.After(now):
		return Errorf(KindRange, "end", p.End.Format(time.RFC3339), "the end has passed: it is %s", now.Format(time.RFC3339))
	case p.Reason != "planned" && p.Reason != "emergency":
		return Errorf(KindValue, "reason", p.Reason, "the reason is planned or emergency")
	case p.Reminder < 0 || p.Reminder.D() > maxReminder:
		return Errorf(KindRange, "reminder", p.Reminder.D().String(), "between 0 and %d days before the start", maxReminder/Day)
	}
	for _, check := range []func() error{p.checkSystems, p.checkEnvironment, p.checkTexts, p.checkDetail} {
		if err := check(); err != nil {
			return err
		}
	}
	for i, name := range p.Zones {
		if !slices.ContainsFunc(zones, func(z *Zone) bool { return z.Name == name }) {
			return Errorf(KindNotFound, "zone", name, "the registry runs no such zone")
		}
		if slices.Contains(p.Zones[:i], name) {
			return Errorf(KindParamPolicy, "zone", name, "the zone is named twice")
		}
	}
	return nil
}

func (p *MaintenancePlan) checkSystems() error {
	if n := len(p.Systems); n == 0 || n > maxMaintenanceList {
		return Errorf(KindMissing, "system", "", "say which systems are affected, 1 to %d", maxMaintenanceList)
	}
	for _, s := range p.Systems {
		if err := (MaintenanceText{Text: s.Name}).check("system", maxMaintenanceWords); err != nil {
			return err
		}
		if s.Impact != "full" && s.Impact != "partial" && s.Impact != "none" {
			return Errorf(KindValue, "system", s.Name+"="+s.Impact, "the impact is full, partial or none")
		}
		if s.Host == "" {
			continue
		}
		if c, err := CanonicalName(s.Host, "system"); err != nil {
			return err
		} else if c != s.Host {
			return Errorf(KindValue, "system", s.Host, "write the host in lower case: %s", c)
		}
	}
	return nil
}

func (p *MaintenancePlan) checkEnvironment() error {
	switch p.Environment {
	case "production", "ote", "staging", "dev":
		if p.EnvName != "" {
			return Errorf(KindParamPolicy, "environment", p.EnvName, "only a custom environment has a name")
		}
		return nil
	case "custom":
		return MaintenanceText{Text: p.EnvName}.check("environment", maxMaintenanceWords)
	}
	return Errorf(KindValue, "environment", p.Environment, "the environment is production, ote, staging, dev, or custom with a name")
}

func (p *MaintenancePlan) checkTexts() error {
	if p.Name != (MaintenanceText{}) {
		if err := p.Name.check("name", maxMaintenanceWords); err != nil {
			return err
		}
	}
	for _, list := range []struct {
		field string
		texts []MaintenanceText
		most  int
	}{{"type", p.Types, maxMaintenanceWords}, {"description", p.Descriptions, maxMaintenanceText}} {
		if len(list.texts) > maxMaintenanceList {
			return Errorf(KindRange, list.field, "", "at most %d", maxMaintenanceList)
		}
		for _, t := range list.texts {
			if err := t.check(list.field, list.most); err != nil {
				return err
			}
		}
	}
	return nil
}

// check refuses text of more than most octets, none at all, and what XML cannot hold.
// Lines are for descriptions.
func (t MaintenanceText) check(field string, most int) error {
	lines := field == "description"
	odd := strings.ContainsFunc(t.Text, func(r rune) bool {
		return !unicode.IsPrint(r) && (!lines || r != '\n' && r != '\t')
	})
	switch {
	case t.Text == "" || strings.TrimSpace(t.Text) != t.Text:
		return Errorf(KindValue, field, t.Text, "text is not empty, and has no blanks at either end")
	case len(t.Text) > most:
		return Errorf(KindRange, field, "", "text has at most %d octets", most)
	case !utf8.ValidString(t.Text) || odd:
		return Errorf(KindValue, field, t.Text, "text holds letters, digits, signs and blanks")
	case !lines && strings.Contains(t.Text, "  "):
		return Errorf(KindValue, field, t.Text, "one blank between words")
	case t.Lang != "" && !languageTag.MatchString(t.Lang):
		return Errorf(KindValue, field, t.Lang, "a language is a tag such as de or pt-BR (RFC 5646)")
	case t.HTML && !lines:
		return Errorf(KindParamPolicy, field, t.Text, "only a description can be HTML")
	}
	return nil
}

func (p *MaintenancePlan) checkDetail() error {
	if p.Detail == "" {
		return nil
	}
	u, err := url.Parse(p.Detail)
	ascii := !strings.ContainsFunc(p.Detail, func(r rune) bool { return r <= ' ' || r > '~' })
	if err != nil || !ascii || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(p.Detail) > maxMaintenanceURI {
		return Errorf(KindValue, "detail", p.Detail, "the address of a page, as in https://www.registry.example/notice?123 (RFC 3986)")
	}
	return nil
}
