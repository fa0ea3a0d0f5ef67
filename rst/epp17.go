package rst

import "context"

// epp17: every address shows the same of an object that was made at one.
func epp17(ctx context.Context, r *run) error {
	d, err := r.newDomain(ctx, r.me, "")
	if err != nil {
		return err
	}
	keys := [][2]string{{nsDomain, d.name}}
	if !d.noRegistrant {
		keys = append(keys, [2]string{nsContact, d.registrant})
	}
	for _, s := range d.servers {
		if !s.attr {
			keys = append(keys, [2]string{nsHost, s.name})
		}
	}
	want := map[string]string{}
	for _, key := range keys {
		want[key[1]] = r.do(ctx, ask("info", key[0], key[1])).root.first(key[0], "infData").canonical()
	}
	for _, address := range r.endpoints {
		s, err := r.open(ctx, address, r.me.Client)
		if err != nil {
			r.judge("%s", address)
			r.find("EPP_SERVICE_PORT_UNREACHABLE", reply{}, "%v", err)
			continue
		}
		for _, key := range keys {
			r.judge("%s at %s", key[1], address)
			got, err := r.exchange(s, ask("info", key[0], key[1]))
			if err != nil {
				r.find("EPP_SERVICE_PORT_NOT_CONSISTENT", got, "%v", err)
				break
			}
			if have := got.root.first(key[0], "infData").canonical(); got.code != 1000 || have == "" || have != want[key[1]] {
				r.find("EPP_SERVICE_PORT_NOT_CONSISTENT", got, "elsewhere %s", want[key[1]])
			}
		}
		s.close()
	}
	return nil
}
