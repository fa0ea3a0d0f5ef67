package registry

import (
	"strings"

	"golang.org/x/net/idna"

	"cadastre/registry/lgr"
)

// VariantPolicy says what becomes of variants of a registered name (RFC 7940,
// Section 7.3).
type VariantPolicy string

// The policies: a variant of a registered name is nobody's, or it may be
// registered by the same registrant (by the same registrar where names have none).
const (
	BlockVariants    VariantPolicy = "block"
	AllocateVariants VariantPolicy = "allocate"
)

// IDNPolicy is what a zone says of internationalised names, beside the names of
// built-in tables.
type IDNPolicy struct {
	Variants VariantPolicy `json:"variants,omitempty"` // empty is block
	Only     bool          `json:"only,omitempty"`     // ASCII labels are refused
	Tables   []IDNTable    `json:"tables,omitempty"`   // of the operator; tried after the built-in ones
}

func (p IDNPolicy) allocates() bool { return p.Variants == AllocateVariants }

// IDNTable is a label generation ruleset (RFC 7940) that the operator brings.
type IDNTable struct {
	Name string `json:"name"`
	XML  string `json:"xml"`
}

// IDNRequest is what a create says of its name: the table, by name or language
// tag, and the name in Unicode. Both may be empty.
type IDNRequest struct {
	Table, UName string
}

// maxTables bounds the tables of a zone, and maxTableXML each of them, in octets:
// settings are read whole.
const (
	maxTables   = 32
	maxTableXML = 1 << 20
)

// labelTables are a zone's tables, ready for use.
type labelTables struct {
	set *lgr.Set
	err error // why there are none that could be used
}

// UseTables makes the tables ready. It is called once, before a zone is shared;
// without it they are made anew for every label.
func (z *Zone) UseTables() { z.tables = z.readTables() }

func (z *Zone) labelTables() *labelTables {
	if z.tables != nil {
		return z.tables
	}
	return z.readTables()
}

func (z *Zone) readTables() *labelTables {
	var list []*lgr.Table
	for _, name := range z.IDNTables {
		t, ok := lgr.Builtin(name)
		if !ok {
			return &labelTables{err: Errorf(KindValue, "idn_tables", name, "no such table: there are %s", strings.Join(lgr.BuiltinNames(), ", "))}
		}
		list = append(list, t)
	}
	for _, own := range z.IDN.Tables {
		t, err := lgr.Parse(strings.NewReader(own.XML))
		if err != nil {
			return &labelTables{err: Errorf(KindValue, "idn.tables", own.Name, "%v", err)}
		}
		list = append(list, t.Named(own.Name))
	}
	return &labelTables{set: lgr.NewSet(list...)}
}

// checkIDN refuses settings of internationalised names that could not be obeyed.
func (z *Zone) checkIDN() error {
	switch z.IDN.Variants {
	case "", BlockVariants, AllocateVariants:
	default:
		return Errorf(KindValue, "idn.variants", string(z.IDN.Variants), "variants are dealt with by the policy block or allocate")
	}
	if n := len(z.IDNTables) + len(z.IDN.Tables); n > maxTables {
		return Errorf(KindRange, "idn.tables", "", "a zone has at most %d tables", maxTables)
	} else if n == 0 && z.IDN.Only {
		return Errorf(KindMissing, "idn_tables", "", "a zone for internationalised names alone needs a table")
	}
	names := map[string]bool{}
	for _, n := range z.IDNTables {
		names[Fold(n)] = true
	}
	for _, t := range z.IDN.Tables {
		switch {
		case t.Name == "" || len(t.Name) > maxLabel || strings.Trim(Fold(t.Name), "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "":
			return Errorf(KindValue, "idn.tables", t.Name, "a table is named by 1 to %d letters, digits, hyphens, dots and underscores", maxLabel)
		case names[Fold(t.Name)]:
			return Errorf(KindValue, "idn.tables", t.Name, "two tables are called so")
		case len(t.XML) > maxTableXML:
			return Errorf(KindRange, "idn.tables", t.Name, "a table has at most %d octets", maxTableXML)
		}
		names[Fold(t.Name)] = true
	}
	return z.readTables().err // not those that were ready before a change
}

// IDNLabel is what the zone's tables say of a name.
type IDNLabel struct {
	Table string // language tag of the table that takes it, or its name; empty for ASCII that asked for none
	// Key is shared by all variants of the name, in Unicode with the suffix; empty
	// where the label can have none.
	Key string
}

// AdmitLabel holds the label of a registrable name against the zone's tables and
// the request. Refusals name the code point or the rule.
func (z *Zone) AdmitLabel(name string, req IDNRequest) (IDNLabel, error) {
	var out IDNLabel
	_, suffix, ok := z.Registrable(name)
	if !ok {
		return out, Errorf(KindParamPolicy, "domain:name", name, "the name is kept by the registry of %s", z.Name)
	}
	label := name[:len(name)-len(suffix)-1]
	ascii := !strings.HasPrefix(label, "xn--")
	if ascii && z.IDN.Only {
		return out, Errorf(KindParamPolicy, "domain:name", name, "%s takes internationalised names alone, no ASCII label", z.Name)
	}
	if req.UName != "" && !sameName(req.UName, name) {
		return out, Errorf(KindParamPolicy, "idn:uname", req.UName, "not the name that is to be registered: %s", name)
	}
	if ascii && len(z.IDNTables)+len(z.IDN.Tables) == 0 && req.Table == "" {
		return out, nil
	}
	tables := z.labelTables()
	if tables.err != nil {
		return out, tables.err
	}
	u, err := unicodeLabel(label)
	if err != nil {
		return out, Errorf(KindValue, "domain:name", name, "label %q %s", label, aLabelFault(err))
	}
	if req.Table != "" && tables.set.For(req.Table) == nil {
		return out, Errorf(KindParamPolicy, "idn:table", req.Table, "%s has no such table%s", z.Name, z.tableNames())
	}
	if !ascii || req.Table != "" {
		if len(z.IDNTables)+len(z.IDN.Tables) == 0 {
			return out, Errorf(KindParamPolicy, "domain:name", name, "%s takes no internationalised names", z.Name)
		}
		t, err := tables.set.Check(u, req.Table)
		if err != nil {
			return out, Errorf(KindParamPolicy, "domain:name", name, "%v", err)
		}
		if out.Table = t.Tag(); out.Table == "" {
			out.Table = t.Name()
		}
	}
	if tables.set.Varies(u) {
		out.Key = tables.set.Key(u) + "." + suffix
	}
	return out, nil
}

// HasVariants says quickly whether a name in the zone may have variants at all.
func (z *Zone) HasVariants(name string) bool {
	if len(z.IDNTables)+len(z.IDN.Tables) == 0 {
		return false
	}
	t := z.labelTables()
	return t.err == nil && (t.set.Varies("é") && strings.HasPrefix(name, "xn--") || t.set.Varies("a"))
}

func (z *Zone) tableNames() string {
	names := append([]string(nil), z.IDNTables...)
	for _, t := range z.IDN.Tables {
		names = append(names, t.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return ": there are " + strings.Join(names, ", ")
}

// sameName says whether a name in Unicode, as a client writes it, is a canonical
// name in A-labels.
func sameName(uname, name string) bool {
	if len(uname) > 4*maxName {
		return false
	}
	ascii, err := idna.Lookup.ToASCII(uname)
	return err == nil && Fold(ascii) == name
}

// unicodeLabel is a canonical label in Unicode.
func unicodeLabel(label string) (string, error) {
	if !strings.HasPrefix(label, "xn--") {
		return label, nil
	}
	return ULabel(label)
}

// UnicodeName is a canonical name with its A-labels as U-labels; a label that does
// not convert stays.
func UnicodeName(name string) string {
	labels := strings.Split(name, ".")
	for i, l := range labels {
		if u, err := unicodeLabel(l); err == nil {
			labels[i] = u
		}
	}
	return strings.Join(labels, ".")
}

// VariantHolder names who may register variants of a name in this zone, in a form
// that two names of one set share or not: nobody else than the name itself where
// variants are blocked; its registrant, or else its registrar, where they are
// allocated.
func (z *Zone) VariantHolder(d *Domain) string {
	switch {
	case d.VariantKey == "":
		return ""
	case !z.IDN.allocates():
		return "name " + d.Name
	case d.Registrant != "":
		return "registrant " + d.Registrant
	}
	return "registrar " + d.Registrar
}

// Variant is a registered variant of a name.
type Variant struct {
	Name, Registrar, Holder string
	Moving                  bool // a transfer of it is pending
}

// CheckVariants refuses a create that registered variants stand against (RFC 7940,
// Section 7.3): any of them where variants are blocked, else those of others. The same
// registrant is not enough, for anybody may name a contact as registrant: the registrar
// must have one of the names.
func (z *Zone) CheckVariants(d *Domain, others []Variant) error {
	mine := z.VariantHolder(d)
	sponsored, moving := len(others) == 0, ""
	for _, v := range others {
		sponsored = sponsored || v.Registrar == d.Registrar && !v.Moving
		if v.Moving {
			moving = v.Name
		}
		switch {
		case !z.IDN.allocates():
			return Errorf(KindParamPolicy, "domain:name", d.Name, "%s is registered, and this is a variant of it: variants are blocked in %s", v.Name, z.Name)
		case v.Holder != mine:
			return Errorf(KindParamPolicy, "domain:name", d.Name, "%s is registered, and this is a variant of it, which only the same %s may have", v.Name, holderKind(mine))
		case v.Moving && strings.HasPrefix(mine, "registrar "):
			return Errorf(KindParamPolicy, "domain:name", d.Name, "%s is registered, and this is a variant of it: its transfer has to end first", v.Name)
		}
	}
	switch {
	case sponsored:
		return nil
	case moving != "":
		return Errorf(KindParamPolicy, "domain:name", d.Name, "%s is registered, and this is a variant of it: its transfer has to end first", moving)
	}
	return Errorf(KindParamPolicy, "domain:name", d.Name, "%s is registered, and this is a variant of it, which only a registrar of such names may add", others[0].Name)
}

func holderKind(holder string) string {
	kind, _, _ := strings.Cut(holder, " ")
	return kind
}

// CheckHolderChange refuses a change of who holds a name while variants of it are
// registered: they would come into different hands.
func (z *Zone) CheckHolderChange(d *Domain, others []Variant) error {
	var names []string
	for _, v := range others {
		if v.Name != d.Name {
			names = append(names, v.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return Errorf(KindAssociation, "domain:name", d.Name, "variants of the name are registered and must keep the same %s: %s",
		holderKind(z.VariantHolder(d)), listed(names))
}
