package rst

import "context"

// epp03: a login needs the account, its password and its certificate. The handshake
// passes without a certificate and with a strange one: it is the login that fails.
func epp03(ctx context.Context, r *run) error {
	none := KeyPair{}
	for _, row := range []struct {
		name, id, password string
		pair               KeyPair
		ok                 bool
	}{
		{"unknown account", "rst" + pick(lowerAlphabet, 10), r.me.Password, r.me.KeyPair, false},
		{"wrong password", r.me.ID, "rst" + pick(mixedAlphabet, 12), r.me.KeyPair, false},
		{"wrong certificate", r.me.ID, r.me.Password, r.in.WrongCertificate, false},
		{"certificate of another registrar", r.me.ID, r.me.Password, r.other.KeyPair, false},
		{"no certificate", r.me.ID, r.me.Password, none, false},
		{"all three right", r.me.ID, r.me.Password, r.me.KeyPair, true},
	} {
		for _, address := range r.endpoints {
			r.judge("%s at %s", row.name, address)
			s, err := r.connect(ctx, address, row.pair)
			if err != nil {
				r.find("EPP_TLS_CONNECTION_ERROR", reply{}, "%v", err)
				continue
			}
			got, err := r.exchange(s, r.in.loginFrame(s.greeting, row.id, row.password))
			s.close()
			switch {
			case err != nil:
				r.find("EPP_TLS_CONNECTION_ERROR", got, "the login is not answered: %v", err)
			case row.ok:
				r.accept(got, "EPP_LOGIN_UNEXPECTEDLY_FAILED")
			default:
				r.reject(got, "EPP_LOGIN_UNEXPECTEDLY_SUCCEEDED")
			}
		}
	}
	return nil
}
