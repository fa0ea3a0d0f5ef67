package rst

import "context"

const rename = "EPP_HOST_RENAME_SERVER_"

// epp23: renaming hosts, into the TLD and out of it.
func epp23(ctx context.Context, r *run) error {
	name, err := r.newHost(ctx, r.me, externalHost())
	if err != nil {
		return err
	}
	own, err := r.newDomain(ctx, r.me, "")
	if err != nil {
		return err
	}
	for _, row := range []struct {
		name, to, code string
		ok             bool
	}{
		{"to no name", "!.invalid", rename + "ACCEPTS_INVALID_HOSTNAME", false},
		{"to an external name", externalHost(), rename + "REJECTS_EXTERNAL_NAME", true},
		{"below another registrar's domain", "ns1.epp-23.rst." + r.in.RegisteredNames[0], rename + "ACCEPTS_RENAME_TO_ANOTHER_REGISTRARS_DOMAIN", false},
		{"below a domain that does not exist", "ns1.epp-23.rst." + r.in.domainName(""), rename + "ACCEPTS_RENAME_TO_NONEXISTENT_DOMAIN", false},
		{"below an own domain", "ns1.epp-23.rst." + own.name, rename + "UNEXPECTEDLY_REJECTS_RENAME", true},
	} {
		r.judge("%s", row.name)
		got := r.do(ctx, hostRename(name, row.to))
		if !row.ok {
			r.reject(got, row.code)
			continue
		}
		if r.accept(got, row.code) {
			name = row.to
			r.exactly(r.do(ctx, ask("info", nsHost, name)), 1000, "EPP_HOST_RENAME_OBJECT_NOT_RENAMED")
		}
	}
	r.judge("an internal host with addresses to an external name")
	inside, err := r.newHost(ctx, r.me, "ns2.epp-23.rst."+own.name, goodAddresses()...)
	if err != nil {
		return err
	}
	r.accept(r.do(ctx, hostRename(inside, externalHost())), rename+"REJECTS_EXTERNAL_NAME")
	return r.renameLinked(ctx)
}

// renameLinked: an external host that another registrar's domain uses keeps its name.
func (r *run) renameLinked(ctx context.Context) error {
	name, err := r.newHost(ctx, r.me, externalHost())
	if err != nil {
		return err
	}
	d, err := r.newDomain(ctx, r.other, "")
	if err != nil {
		return err
	}
	if err := r.need(ctx, r.other, serverChange(d.name, "add", server{name: name})); err != nil {
		return err
	}
	r.judge("an external host that another registrar's domain uses")
	r.exactly(r.do(ctx, hostRename(name, externalHost())), 2305, rename+"INCORRECTLY_ACCEPTS_RENAME")
	return nil
}
