package server

import (
	"cadastre/epp"
	"cadastre/registry"
)

// authInfoIn gives the authorization information of a command: nil if the command has
// none, "" to unset it (RFC 9154, Section 4.3; the null of RFC 5731, Section 3.2.5). The
// alternatives to a password of the object itself are not offered: 2102.
func authInfoIn(a *epp.AuthInfo, prefix string) (*string, error) {
	switch {
	case a == nil:
		return nil, nil
	case a.Kind == epp.AuthExt:
		return nil, registry.Errorf(registry.KindOption, prefix+":ext", "", "authorization information other than pw is not offered")
	case a.ROID != "":
		return nil, registry.Errorf(registry.KindOption, prefix+":authInfo", a.ROID,
			"authorization information of another object, by roid, is not offered")
	case a.Kind == epp.AuthNull:
		unset := ""
		return &unset, nil
	}
	return &a.PW, nil
}

// authInfoShown tells the sponsor, and nobody else, that authorization information is
// set, without its value (RFC 9154, Sections 3 and 5.3).
func authInfoShown() *epp.AuthInfo { return &epp.AuthInfo{} }
