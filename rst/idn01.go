package rst

import "context"

func withIDN(r *run) string {
	if r.in.IDN == nil {
		return "no IDN table"
	}
	return ""
}

// idn01: labels of the table can be registered, others cannot; variants follow the
// policy. What is registered is deleted again, for the other client's turn.
func idn01(ctx context.Context, r *run) error {
	for _, label := range r.in.IDN.Valid {
		r.judge("valid %s", label)
		d, err := r.idnDomain(ctx, label)
		if err != nil {
			return err
		}
		if r.accept(r.do(ctx, d.create()), "IDN_SERVER_REJECTS_VALID_LABEL") {
			r.do(ctx, ask("delete", nsDomain, d.name))
		}
	}
	for _, label := range r.in.IDN.Invalid {
		r.judge("invalid %s", label)
		d, err := r.idnDomain(ctx, label)
		if err != nil {
			return err
		}
		r.reject(r.do(ctx, d.create()), "IDN_SERVER_ACCEPTS_INVALID_LABEL")
	}
	for _, pair := range r.in.IDN.Variants {
		if err := r.variant(ctx, pair); err != nil {
			return err
		}
	}
	return nil
}

// idnDomain is a domain of the main client with a label of the table.
func (r *run) idnDomain(ctx context.Context, label string) (domain, error) {
	d, err := r.goodDomain(ctx, r.me, "")
	if err != nil {
		return d, err
	}
	return r.relabel(d, label), nil
}

func (r *run) relabel(d domain, label string) domain {
	ascii, err := aLabel(label)
	if err != nil {
		ascii = label // not even Punycode: the server shall say so
	}
	d.name = ascii + "." + r.in.TLD
	d.extension = r.idnExtension(d.name)
	return d
}

// variant registers a label, and tries a variant of it.
func (r *run) variant(ctx context.Context, pair Pair) error {
	first, err := r.idnDomain(ctx, pair.Label)
	if err != nil {
		return err
	}
	if err := r.need(ctx, r.me, first.create()); err != nil {
		return err
	}
	second := r.relabel(first, pair.Variant)
	foreign, err := r.goodDomain(ctx, r.other, "")
	if err != nil {
		return err
	}
	foreign = r.relabel(foreign, pair.Variant)
	try := func(row, code string, a *actor, d domain) {
		r.judge("variant %s of %s, %s", pair.Variant, pair.Label, row)
		r.reject(r.as(ctx, a, d.create()), code)
	}
	switch {
	case r.in.IDN.Policy != "mayallocatevar":
		try("the same registrar", "IDN_VARIANT_LABEL_NOT_BLOCKED", r.me, second)
		try("another registrar", "IDN_VARIANT_LABEL_NOT_BLOCKED", r.other, foreign)
	case r.me.thick:
		stranger, err := r.newContact(ctx, r.me)
		if err != nil {
			return err
		}
		d := second
		d.ownedBy(stranger, r.in.RequiredContactTypes)
		try("another registrant", "IDN_VARIANT_SERVER_ACCEPTS_VARIANT_CREATE_WITH_INCORRECT_REGISTRANT", r.me, d)
		r.allocated(ctx, pair, second, "IDN_VARIANT_SERVER_REJECTS_VARIANT_CREATE_WITH_SAME_REGISTRANT")
	default:
		try("another registrar", "IDN_VARIANT_SERVER_ACCEPTS_VARIANT_CREATE_FROM_INCORRECT_REGISTRAR", r.other, foreign)
		r.allocated(ctx, pair, second, "IDN_VARIANT_SERVER_REJECTS_VARIANT_CREATE_FROM_SAME_REGISTRAR")
	}
	r.do(ctx, ask("delete", nsDomain, first.name))
	return nil
}

// allocated registers a variant that its registrant, or registrar, may have.
func (r *run) allocated(ctx context.Context, pair Pair, d domain, code string) {
	r.judge("variant %s of %s, allocated", pair.Variant, pair.Label)
	if r.accept(r.do(ctx, d.create()), code) {
		r.do(ctx, ask("delete", nsDomain, d.name))
	}
}
