package epp

import (
	"strconv"
)

// Readers for types that several mappings share. Commands come here validated; responses
// do not, so a reader takes what it finds.

func decodeAuthInfo(el *element) AuthInfo {
	c := firstChild(el)
	if c == nil {
		return AuthInfo{}
	}
	switch c.Tag {
	case "null":
		return AuthInfo{Kind: AuthNull}
	case "ext":
		a := AuthInfo{Kind: AuthExt}
		if x := firstChild(c); x != nil {
			a.Ext = nameOf(x)
		}
		return a
	}
	return AuthInfo{PW: content(c), ROID: attrOr(c, "roid", "")}
}

func decodeAuthInfoPtr(el *element) *AuthInfo {
	a := decodeAuthInfo(el)
	return &a
}

func decodeStatus(el *element) Status {
	return Status{Value: attrOr(el, "s", ""), Lang: attrOr(el, "lang", ""), Text: content(el)}
}

func decodeAddress(el *element) Address {
	return Address{IP: attrOr(el, "ip", "v4"), Addr: content(el)}
}

func decodePeriod(el *element) *Period {
	n, _ := strconv.Atoi(content(el)) // checked by the content model
	return &Period{Value: n, Unit: attrOr(el, "unit", "")}
}

// contents collects the text of all children.
func contents(el *element) []string {
	if el.first == nil {
		return nil
	}
	list := make([]string, 0, el.count())
	for c := range children(el) {
		list = append(list, content(c))
	}
	return list
}

// onlyContent gives the text of the only child of sNameType and its like.
func onlyContent(el *element) string {
	if c := firstChild(el); c != nil {
		return content(c)
	}
	return ""
}

// capped cuts a string after so many characters.
func capped(s string, characters int) string {
	if len(s) <= characters {
		return s
	}
	n := 0
	for i := range s {
		if n == characters {
			return s[:i]
		}
		n++
	}
	return s
}
