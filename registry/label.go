package registry

import (
	"slices"
	"strings"
	"unicode"
)

// Labels says what is special about labels in a zone: their class of prices, and which
// of them are reserved. A zone's is shared: it is not changed.
type Labels map[string]LabelRule

// LabelRule is what is special about one label. At least one of its members is set.
type LabelRule struct {
	Class    string // of prices; empty: the standard one
	Reserved string // why nobody may register it, but with a token; empty: anybody may
}

// MaxLabels bounds the labels of one zone.
const MaxLabels = 200_000

// labelOf is the label of a canonical name that is registered below one of the zone's
// suffixes; empty where it lies deeper.
func labelOf(z *Zone, name string) string {
	domain, suffix, ok := z.Registrable(name)
	if !ok || domain != name {
		return ""
	}
	return name[:len(name)-len(suffix)-1]
}

// reservation says why a label is reserved, "" when it is not.
func (z *Zone) reservation(label string) string {
	switch {
	case label == z.Opened:
		return ""
	case slices.Contains(z.Reserved, label):
		return "the name is reserved"
	}
	return z.Labels[label].Reserved
}

// IsReserved reports whether nobody may register a canonical name, but with a token.
func (z *Zone) IsReserved(name string) bool { return z.reservation(labelOf(z, name)) != "" }

// Opening is the zone in which a canonical name is not reserved, and its registration so
// many per cent cheaper: for whoever brings a token for it.
func (z *Zone) Opening(name string, discount int) *Zone {
	open := *z
	open.Opened, open.Discount = labelOf(z, name), discount
	return &open
}

// LabelChange gives a label a class of prices, or reserves it; with an empty Value it
// takes that away.
type LabelChange struct {
	Label    string
	Reserved bool // the reason of a reservation; else the class
	Value    string
}

// After counts the labels about which something is special when changes were made, each
// of another label.
func (l Labels) After(changes []LabelChange) int {
	n := len(l)
	for _, c := range changes {
		rule, there := l[c.Label]
		switch {
		case !there && c.Value != "":
			n++
		case there && c.Value == "" && (c.Reserved && rule.Class == "" || !c.Reserved && rule.Reserved == ""):
			n--
		}
	}
	return n
}

// maxReserved bounds the reason of a reservation, in octets.
const maxReserved = 200

// CheckLabels gives changes with canonical labels, of each label the last; it refuses
// what is no label, has no prices, or could not be told to a client.
func (z *Zone) CheckLabels(changes []LabelChange) ([]LabelChange, error) {
	at := make(map[string]int, len(changes))
	out := make([]LabelChange, 0, len(changes))
	for _, c := range changes {
		name, err := CanonicalName(c.Label+".x", "label")
		if err != nil || strings.Count(name, ".") != 1 {
			return nil, Errorf(KindValue, "label", c.Label, "not a label: letters, digits and hyphens without a dot")
		}
		c.Label = strings.TrimSuffix(name, ".x")
		switch {
		case c.Reserved && (len(c.Value) > maxReserved || strings.IndexFunc(c.Value, unprintable) >= 0):
			return nil, Errorf(KindValue, "reason", c.Value, "a reason has at most %d printable characters", maxReserved)
		case !c.Reserved && !z.HasClass(c.Value):
			return nil, Errorf(KindNotFound, "class", c.Value, "the zone has no prices for this class: set them first")
		}
		if i, twice := at[c.Label]; twice {
			out[i] = c
			continue
		}
		at[c.Label] = len(out)
		out = append(out, c)
	}
	return out, nil
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }
