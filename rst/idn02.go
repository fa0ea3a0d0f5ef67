package rst

import "context"

func onlyIDN(r *run) string {
	if r.in.IDN == nil || !r.in.IDN.Only {
		return "ASCII labels are taken"
	}
	return ""
}

// idn02: a TLD for internationalised names alone refuses an ASCII label.
func idn02(ctx context.Context, r *run) error {
	d, err := r.goodDomain(ctx, r.me, "")
	if err != nil {
		return err
	}
	d.name, d.extension = "rst-idn-02-"+word(12)+"."+r.in.TLD, ""
	r.judge("%s", d.name)
	r.reject(r.do(ctx, d.create()), "IDN_IDNONLY_TLD_ACCEPTS_ASCII_DOMAIN")
	return nil
}
