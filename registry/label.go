package registry

import "slices"

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

// Opening is the zone in which a canonical name is not reserved: for whoever brings a
// token for it.
func (z *Zone) Opening(name string) *Zone {
	open := *z
	open.Opened = labelOf(z, name)
	return &open
}
