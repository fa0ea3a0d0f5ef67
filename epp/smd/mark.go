package smd

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// SignedMark is what a verified signed mark says (RFC 7848, section 2).
type SignedMark struct {
	ID        string // <smd:id>: number, hyphen, number of the issuer
	IssuerID  string
	NotBefore time.Time // UTC; the signed mark is valid from it
	NotAfter  time.Time // UTC; up to and including it
	// Labels are the A-labels of all its marks, in lower case, each once, in document order.
	// There may be none (RFC 7848, section 2.2).
	Labels    []string
	MarkNames []string // one for each mark
	Holders   []Holder // of all its marks
	// Bytes is the XML of the <smd:signedMark> as it came, without what stood around it.
	Bytes []byte
}

// Holder is who holds the rights in a mark (RFC 7848, section 2.1). Name or Org is set.
type Holder struct {
	Name        string
	Org         string
	Entitlement string // owner, assignee, licensee, or empty
}

// HasLabel tells if label, an A-label in lower case, is one that the mark gives rights in.
func (m *SignedMark) HasLabel(label string) bool { return slices.Contains(m.Labels, label) }

func (m *SignedMark) validAt(at time.Time) error {
	switch {
	case at.Before(m.NotBefore):
		return fmt.Errorf("%w: it is from %s on", ErrNotYetValid, m.NotBefore.Format(time.RFC3339Nano))
	case at.After(m.NotAfter):
		return fmt.Errorf("%w: it was valid until %s", ErrExpired, m.NotAfter.Format(time.RFC3339Nano))
	}
	return nil
}

var (
	markID    = regexp.MustCompile(`^[0-9]+-[0-9]+$`)
	markLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
)

// readSignedMark reads root, which the signature covers and from which the signature itself has
// been taken.
func readSignedMark(root *etree.Element) (*SignedMark, error) {
	parts := root.ChildElements()
	if !is(root, nsSignedMark, "signedMark") || len(parts) != 5 {
		return nil, malformed("what is signed is not a <signedMark>")
	}
	m := &SignedMark{ID: text(parts[0])}
	m.IssuerID, _ = attribute(parts[1], "issuerID")
	switch {
	case !markID.MatchString(m.ID):
		return nil, malformed("its id %.40q is not two numbers with a hyphen between them", m.ID)
	case m.IssuerID == "":
		return nil, malformed("<issuerInfo> has no issuerID")
	}
	var err error
	if m.NotBefore, err = instant(parts[2]); err != nil {
		return nil, err
	}
	if m.NotAfter, err = instant(parts[3]); err != nil {
		return nil, err
	}
	marks := parts[4].ChildElements()
	for _, mark := range marks {
		if err := m.add(mark); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// add takes one trademark, mark of a treaty or statute, or mark of a court.
func (m *SignedMark) add(mark *etree.Element) error {
	if !is(mark, nsMark, "trademark") && !is(mark, nsMark, "treatyOrStatute") && !is(mark, nsMark, "court") {
		return malformed("<mark> holds <%.40s>, which is no kind of mark", mark.Tag)
	}
	for _, el := range mark.ChildElements() {
		switch {
		case is(el, nsMark, "markName"):
			m.MarkNames = append(m.MarkNames, text(el))
		case is(el, nsMark, "holder"):
			m.Holders = append(m.Holders, readHolder(el))
		case is(el, nsMark, "label"):
			label := strings.ToLower(text(el))
			if !markLabel.MatchString(label) || len(el.ChildElements()) > 0 {
				return malformed("%.80q is not a label", label)
			}
			if !m.HasLabel(label) {
				m.Labels = append(m.Labels, label)
			}
		}
	}
	return nil
}

func readHolder(el *etree.Element) Holder {
	var h Holder
	h.Entitlement, _ = attribute(el, "entitlement")
	for _, child := range el.ChildElements() {
		switch {
		case is(child, nsMark, "name"):
			h.Name = text(child)
		case is(child, nsMark, "org"):
			h.Org = text(child)
		}
	}
	return h
}

// instant reads a dateTime, which needs a time zone: one without would mean another instant to
// everybody.
func instant(el *etree.Element) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, text(el))
	if err != nil {
		return time.Time{}, malformed("<%.40s> %.40q is not a date and time with a time zone", el.Tag, text(el))
	}
	return t.UTC(), nil
}

// text returns the contents of an element as the type token has it: white space collapsed.
func text(el *etree.Element) string { return strings.Join(strings.Fields(el.Text()), " ") }
