package main

import (
	"context"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

// planOptions are the flags of a maintenance.
type planOptions struct {
	name, environment, start, end, reason, detail string
	types, systems, descriptions, zones           []string
	html, connection, implementation              bool
	reminder                                      registry.Duration
	changed                                       func(flag string) bool
}

func (o *planOptions) register(cmd *cobra.Command) {
	f := cmd.Flags()
	o.changed = f.Changed
	o.reminder = registry.Duration(registry.Day)
	f.StringArrayVar(&o.systems, "system", nil, "a system and what happens to it, `NAME[@HOST]=IMPACT`: full (it is away), partial (now and then), none; repeat it")
	f.StringVar(&o.start, "start", "", "`instant` at which it begins, as in 2027-01-01T06:00:00Z")
	f.StringVar(&o.end, "end", "", "`instant` at which it ends")
	f.StringVar(&o.name, "name", "", "name of it for people, `[LANG=]TEXT`")
	f.StringVar(&o.reason, "reason", "planned", "`reason`: planned or emergency, which may have begun already")
	f.StringVar(&o.environment, "environment", "production", "`environment`: production, ote, staging, dev, or custom:NAME")
	f.StringArrayVar(&o.types, "type", nil, "what is done, as in 'Software Update', `[LANG=]TEXT`; repeat it")
	f.StringArrayVar(&o.descriptions, "description", nil, "description, `[LANG=]TEXT`; repeat it for other languages, as in --description 'de=Neue Datenbank'")
	f.BoolVar(&o.html, "html", false, "the descriptions are HTML")
	f.StringVar(&o.detail, "detail", "", "`address` of a page about it")
	f.StringSliceVar(&o.zones, "zone", nil, "`zone` that is affected; repeat it (default all of the system)")
	f.BoolVar(&o.connection, "connection", false, "clients have to connect anew: say how in the description")
	f.BoolVar(&o.implementation, "implementation", false, "clients have to change their software: say how in the description")
	f.Var(periodFlag{&o.reminder}, "reminder", "`length` of time before the start at which everybody is reminded; 0: never")
}

// apply puts the flags that were given over a plan.
func (o *planOptions) apply(p *registry.MaintenancePlan) (err error) {
	for flag, set := range map[string]func(){
		"name":        func() { p.Name = langText(o.name) },
		"reason":      func() { p.Reason = o.reason },
		"detail":      func() { p.Detail = o.detail },
		"reminder":    func() { p.Reminder = o.reminder },
		"type":        func() { p.Types = langTexts(o.types, false) },
		"description": func() { p.Descriptions = langTexts(o.descriptions, o.html) },
		"environment": func() { p.Environment, p.EnvName, _ = strings.Cut(o.environment, ":") },
	} {
		if o.changed(flag) {
			set()
		}
	}
	if o.changed("connection") || o.changed("implementation") {
		i := registry.Intervention{}
		if p.Intervention != nil {
			i = *p.Intervention
		}
		if o.changed("connection") {
			i.Connection = o.connection
		}
		if o.changed("implementation") {
			i.Implementation = o.implementation
		}
		p.Intervention = &i
	}
	return o.applyOthers(p)
}

// applyOthers is apply for what has to be read.
func (o *planOptions) applyOthers(p *registry.MaintenancePlan) (err error) {
	if o.changed("html") && !o.changed("description") {
		return registry.Errorf(registry.KindMissing, "--description", "", "--html is about the descriptions that are given with it")
	}
	if o.changed("start") {
		if p.Start, err = tokenInstant("--start", o.start); err != nil {
			return err
		}
	}
	if o.changed("end") {
		if p.End, err = tokenInstant("--end", o.end); err != nil {
			return err
		}
	}
	if o.changed("system") {
		p.Systems = nil
		for _, text := range o.systems {
			s, err := parseSystem(text)
			if err != nil {
				return err
			}
			p.Systems = append(p.Systems, s)
		}
	}
	if o.changed("zone") {
		p.Zones = nil
		for _, text := range o.zones {
			name, err := asciiName(text, "--zone")
			if err != nil {
				return err
			}
			p.Zones = append(p.Zones, name)
		}
	}
	return nil
}

// parseSystem reads NAME[@HOST]=IMPACT.
func parseSystem(text string) (s registry.MaintenanceSystem, err error) {
	name, impact, ok := strings.Cut(text, "=")
	if !ok {
		return s, registry.Errorf(registry.KindValue, "--system", text, "say what happens to it: %s=full, =partial or =none", text)
	}
	name, host, hasHost := strings.Cut(name, "@")
	s = registry.MaintenanceSystem{Name: name, Impact: impact}
	if hasHost {
		s.Host, err = asciiName(host, "--system")
	}
	return s, err
}

// leadingLang is a language before a text: two letters or three, and what may follow them.
var leadingLang = regexp.MustCompile(`^([a-z]{2,3}(?:-[a-zA-Z0-9]{1,8})*)=`)

// langText reads [LANG=]TEXT. English needs no language.
func langText(text string) registry.MaintenanceText {
	m := leadingLang.FindStringSubmatch(text)
	switch {
	case m == nil:
		return registry.MaintenanceText{Text: text}
	case m[1] == "en":
		return registry.MaintenanceText{Text: text[len(m[0]):]}
	}
	return registry.MaintenanceText{Text: text[len(m[0]):], Lang: m[1]}
}

// langTexts reads several; an empty one alone is none.
func langTexts(texts []string, html bool) (out []registry.MaintenanceText) {
	if len(texts) == 1 && texts[0] == "" {
		return nil
	}
	for _, text := range texts {
		t := langText(text)
		t.HTML = html
		out = append(out, t)
	}
	return out
}

func newMaintenanceAddCmd(a *app) *cobra.Command {
	o := &planOptions{}
	cmd := &cobra.Command{
		Use: "add --system NAME=IMPACT --start INSTANT --end INSTANT", Short: "Announce a maintenance and tell everybody", Args: cobra.NoArgs,
		Long: "Announces a maintenance and puts a message into the queue of every account. Another follows at the reminder, and one at the end.",
		Example: "  cadastre maintenance add --dir var/dev --system EPP@epp.registry.example=full --system DNS=none \\\n" +
			"      --start 2027-03-07T06:00:00Z --end 2027-03-07T07:00:00Z --name 'Upgrade of the database' --connection \\\n" +
			"      --description 'Sessions are closed at the start.' --description 'de=Zu Beginn werden die Sitzungen beendet.'\n" +
			"  cadastre maintenance add --config /etc/cadastre/cadastre.toml --reason emergency --system DNS=partial --zone example \\\n" +
			"      --start 2027-03-07T06:00:00Z --end 2027-03-07T08:00:00Z --reminder 0",
	}
	v := newOperatorVerb(a, cmd)
	o.register(cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, _ []string) error {
		plan := registry.MaintenancePlan{Environment: "production", Reason: "planned", Reminder: o.reminder}
		if err := o.apply(&plan); err != nil {
			return err
		}
		m, err := op.SRS.AddMaintenance(ctx, op.Actor, plan)
		if err != nil {
			return err
		}
		return v.did(m, "maintenance %s is announced, from %s until %s", m.ID, when(m.Start), when(m.End))
	})
	return cmd
}

func newMaintenanceChangeCmd(a *app) *cobra.Command {
	o := &planOptions{}
	cmd := &cobra.Command{
		Use: "change ID", Short: "Change a maintenance and tell everybody", Args: cobra.ExactArgs(1),
		Long: "Changes what is given and keeps the rest, and puts a message into the queue of every account. Lists are replaced as a whole;\n" +
			"an empty --name, --detail, --type or --description removes what was there.",
		Example: "  cadastre maintenance change M1201 --end 2027-03-07T08:00:00Z --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	o.register(cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		id, err := registry.ParseMaintenanceID(args[0], "maintenance")
		if err != nil {
			return err
		}
		m, err := op.SRS.ChangeMaintenance(ctx, op.Actor, id, o.apply)
		if err != nil {
			return err
		}
		return v.did(m, "maintenance %s is changed: from %s until %s; every account has a message", m.ID, when(m.Start), when(m.End))
	})
	return cmd
}
