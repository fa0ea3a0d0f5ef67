package rst

import (
	"context"
	"slices"
)

// domainServers adds and removes name servers: strictly, so that what is there is not
// added again and what is not is not removed.
func (r *run) domainServers(ctx context.Context, d domain) error {
	change := func(op string, s server) reply { return r.do(ctx, serverChange(d.name, op, s)) }
	attr := r.in.HostModel == Attributes
	added := server{name: externalHost(), attr: attr}
	if attr {
		r.judge("host object")
		r.reject(change("add", server{name: externalHost()}), "EPP_DOMAIN_UPDATE_SERVER_INCORRECTLY_ACCEPTS_HOST_OBJECTS")
		r.domainGlue(ctx, d)
	} else {
		r.judge("host attribute")
		r.reject(change("add", server{name: externalHost(), attr: true}), "EPP_DOMAIN_UPDATE_SERVER_INCORRECTLY_ACCEPTS_HOST_ATTRIBUTES")
		r.judge("add unknown host")
		r.reject(change("add", added), updateAccepts+"NON_EXISTENT_HOST_OBJECT")
		if _, err := r.newHost(ctx, r.me, added.name); err != nil {
			return err
		}
	}
	for _, row := range []struct {
		name, op string
		ok       bool
		then     []server // what info shows
	}{
		{"add server", "add", true, append(slices.Clone(d.servers), added)},
		{"add server again", "add", false, append(slices.Clone(d.servers), added)},
		{"rem server", "rem", true, d.servers},
		{"rem server again", "rem", false, d.servers},
	} {
		r.judge("%s", row.name)
		got := change(row.op, added)
		if row.ok {
			r.accept(got, "EPP_UNEXPECTED_COMMAND_FAILURE")
		} else {
			r.reject(got, "EPP_UNEXPECTED_COMMAND_SUCCESS")
		}
		r.serversShown(ctx, d, row.then)
	}
	return nil
}

// domainGlue: a name server inside the domain needs addresses, and good ones.
func (r *run) domainGlue(ctx context.Context, d domain) {
	inside := server{name: "ns1." + d.name, attr: true}
	r.judge("no glue")
	r.reject(r.do(ctx, serverChange(d.name, "add", inside)), updateAccepts+"HOST_ATTRIBUTES_WITHOUT_GLUE")
	for _, bad := range append(badAddresses(), loopbackV4()) {
		r.judge("glue ip=%s %q", bad.ip, bad.text)
		inside.glue = []address{bad}
		r.reject(r.do(ctx, serverChange(d.name, "add", inside)), updateAccepts+"INVALID_HOST_ATTRIBUTES")
	}
	inside.glue = goodAddresses()
	r.judge("add server with glue")
	if r.accept(r.do(ctx, serverChange(d.name, "add", inside)), "EPP_UNEXPECTED_COMMAND_FAILURE") {
		r.serversShown(ctx, d, append(slices.Clone(d.servers), inside))
	}
	r.judge("rem server with glue")
	if r.accept(r.do(ctx, serverChange(d.name, "rem", inside)), "EPP_UNEXPECTED_COMMAND_FAILURE") {
		r.serversShown(ctx, d, d.servers)
	}
}

// serversShown compares a domain's name servers with those that it must have.
func (r *run) serversShown(ctx context.Context, d domain, list []server) {
	kind := "HOST_OBJECT"
	if r.in.HostModel == Attributes {
		kind = "HOST_ATTRIBUTE"
	}
	got := r.do(ctx, ask("info", nsDomain, d.name))
	if !r.accept(got, updateShows+"MISSING_"+kind) {
		return
	}
	have, want := shownServers(got.root.first(nsDomain, "infData")), serverTexts(list)
	for _, s := range want {
		if !slices.Contains(have, s) {
			r.find(updateShows+"MISSING_"+kind, got, "%s", s)
		}
	}
	for _, s := range have {
		if !slices.Contains(want, s) {
			r.find(updateShows+"UNEXPECTED_"+kind, got, "%s", s)
		}
	}
}
