package rst

import (
	"context"
	"slices"
	"strings"
)

// epp11: hosts inside and outside the TLD; names and addresses that are none are
// refused, and so is a host below a domain that does not exist.
func epp11(ctx context.Context, r *run) error {
	parent, err := r.newDomain(ctx, r.me, "")
	if err != nil {
		return err
	}
	inside := func() string { return word(6) + ".epp-11.rst." + parent.name }
	create := func(name string, list ...address) {
		if r.accept(r.do(ctx, hostCreate(name, list...)), "EPP_UNEXPECTED_COMMAND_FAILURE") {
			r.hostStored(ctx, name, list)
		}
	}
	r.judge("external host without addresses")
	create(externalHost())
	r.judge("internal host with addresses")
	create(inside(), goodAddresses()...)
	r.judge("internal host without addresses") // either answer is right
	if name := inside(); r.do(ctx, hostCreate(name)).passed() {
		r.hostStored(ctx, name, nil)
	}
	for _, name := range []string{"!." + parent.name, "!.invalid"} {
		r.judge("name %s", name)
		r.reject(r.do(ctx, hostCreate(name)), "EPP_HOST_CREATE_SERVER_ACCEPTS_INVALID_HOSTNAME")
	}
	r.judge("below a domain that does not exist")
	r.reject(r.do(ctx, hostCreate("ns1.epp-11.rst."+r.in.domainName(""), goodAddresses()...)), "EPP_UNEXPECTED_COMMAND_SUCCESS")
	for _, bad := range append(badAddresses(), loopbackV4()) {
		r.judge("ip=%s %q", bad.ip, bad.text)
		r.reject(r.do(ctx, hostCreate(inside(), bad)), "EPP_HOST_CREATE_SERVER_ACCEPTS_INVALID_"+addressKind(bad))
	}
	return nil
}

// addressKind is how ICANN's codes name the kind of an address.
func addressKind(a address) string {
	if a.ip == "v6" {
		return "IPv6_ADDRESS"
	}
	return "IPV4_ADDRESS"
}

// hostStored compares a host with what info says.
func (r *run) hostStored(ctx context.Context, name string, list []address) {
	got := r.do(ctx, ask("info", nsHost, name))
	const prefix = "EPP_HOST_CREATE_INFO_RESPONSE_"
	if r.exactly(got, 1000, prefix+"OBJECT_DOES_NOT_EXIST"); got.code != 1000 {
		return
	}
	r.hostShows(got, name, list, prefix+"MISSING_OBJECT_PROPERTIES")
}

// hostShows compares a host's name and addresses with an info answer.
func (r *run) hostShows(got reply, name string, list []address, code string) {
	data := got.root.first(nsHost, "infData")
	if !strings.EqualFold(data.value(nsHost, "name"), name) {
		r.find(code, got, "name %q, not %q", data.value(nsHost, "name"), name)
	}
	var want []string
	for _, a := range list {
		want = append(want, a.text)
	}
	have := data.values(nsHost, "addr")
	slices.Sort(want)
	slices.Sort(have)
	if !slices.Equal(want, have) {
		r.find(code, got, "addresses %q, not %q", have, want)
	}
	for _, property := range []string{"roid", "clID", "crID", "crDate"} {
		if data.value(nsHost, property) == "" {
			r.find(code, got, "no %s", property)
		}
	}
}
