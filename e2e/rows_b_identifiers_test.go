package e2e

import (
	"slices"
	"strings"
	"testing"
)

func (n *naming) rowsOfIdentifiers(t *testing.T) {
	t.Run("C-61", func(t *testing.T) {
		for id, why := range map[string]string{
			"a.b": "only ASCII letters", "Ünal": "only ASCII letters", strings.Repeat("x", 80): "more than 63 octets",
		} {
			n.a.do(t, apply("labels.trips", id)).want(t, 2005).wantReason(t, why)
			n.ta.do(t, register("labels.trips", "owner-a", id)).want(t, 2005).wantReason(t, why)
			// Hashed, every identifier makes a label.
			names := n.apply(t, "hashone-"+randomLabel(8)+".domains", id)
			if label, _, _ := strings.Cut(names[0], "."); len(label) != 52 {
				t.Errorf("identifier %q: name %v", id, names)
			}
		}
		longest := n.apply(t, "labels.trips", strings.Repeat("x", 63))
		n.wantNames(t, longest, strings.Repeat("x", 63)+".146.labels.trips.valid.zone")
		// A blank and an underscore make one label, but not one approval.
		n.wantNames(t, n.apply(t, "john.trips", "John Doe"), "john_doe.146.john.trips.valid.zone")
		n.a.do(t, apply("john.trips", "John_Doe")).want(t, 2005)
		n.ta.do(t, register("john.trips", "owner-a", "John_Doe")).want(t, 2202)
		n.ta.do(t, register("john.trips", "owner-a", "John Doe")).want(t, 1000)
	})
	t.Run("C-62", func(t *testing.T) {
		// The registrant 146 is approved through registrar-b, and UID9 by the board:
		// nobody has approved registrar 146.
		const target = "kinds.seattle.community"
		names := n.b.do(t, apply(target, "146")).want(t, 1000).values("preapproval:name")
		slices.Sort(names)
		n.wantNames(t, names, "146."+target+".valid.zone", "147."+target+".valid.zone")
		n.wantRecord(t, "146."+target+".valid.zone", target, "registrant=146")
		board := n.whitelist.login(t, "seattle-board")
		board.do(t, enter("uid9."+target+".valid.zone", target, "UID9", "146")).want(t, 1000)
		n.published(t, "uid9."+target+".valid.zone")
		n.ta.do(t, register(target, "owner-a", "UID9")).want(t, 2308).wantReason(t, "another kind of party")
		// Neither can the name be had for the registrar as long as it is the registrant's.
		n.a.do(t, apply(target, "UID9")).want(t, 2005)
		n.tb.do(t, register(target, "owner-b", "146")).want(t, 1000)
	})
}

func (n *naming) rowsOfHashes(t *testing.T) {
	const hashed = "nsj6f38hvnhga2pvnbgfludhfofqi4f0eik7bpsphveaqbds90t0" // of uid5439394
	t.Run("C-66", func(t *testing.T) {
		n.wantNames(t, n.apply(t, "hashone.domains", "UID5439394"), hashed+".146.hashone.domains.valid.zone")
		n.wantRecord(t, hashed+".146.hashone.domains.valid.zone", "hashone.domains", "registrant=sha256:"+hashed+"; registrar=146")
		all := n.apply(t, "hashall.domains", "UID5439394")
		text := strings.ToLower(all[0] + n.published(t, all[0]))
		for _, clear := range []string{"uid5439394", ".146.", "=146;", "hashall"} {
			if strings.Contains(text, clear) {
				t.Errorf("%q is seen in %s", clear, text)
			}
		}
		keyed := n.apply(t, "hashkeyed.domains", "UID5439394")
		if text := n.published(t, keyed[0]); !strings.Contains(text, "registrant=sha256:"+hashed+"; registrar=hmac-sha256:") {
			t.Errorf("record of a keyed hash: %s", text)
		}
		for _, target := range []string{"hashone.domains", "hashall.domains", "hashkeyed.domains"} {
			n.ta.do(t, register(target, "owner-a", "UID5439395")).want(t, 2308)
			n.ta.do(t, register(target, "owner-a", "uid5439394")).want(t, 1000)
		}
	})
	t.Run("C-67", func(t *testing.T) {
		names := n.apply(t, "hashwhole.domains", "UID5439394")
		again := n.a.do(t, apply("HASHWHOLE.domains", "uid5439394")).want(t, 2302)
		label, zone, _ := strings.Cut(names[0], ".")
		if zone != "valid.zone" || len(label) != 52 {
			t.Errorf("name %s, want one label below valid.zone", names[0])
		}
		if !strings.Contains(string(again.frame), names[0]) {
			t.Errorf("in other case another name\n%s", again.frame)
		}
		n.published(t, names[0])
		n.ta.do(t, register("hashwhole.domains", "owner-a", "UID5439394")).want(t, 1000)
	})
	t.Run("C-68", func(t *testing.T) {
		for _, target := range []string{"hashone.domains", "hashall.domains", "hashwhole.domains", "hashkeyed.domains"} {
			for _, name := range n.approved[target] {
				for label := range strings.SplitSeq(name, ".") {
					if len(label) > 63 {
						t.Errorf("%s: a label of %d octets", name, len(label))
					}
				}
				n.published(t, name) // dig takes it
			}
		}
		if got := n.approved["hashone.domains"][0]; !strings.HasPrefix(got, hashed+".") {
			t.Errorf("%s, want the check value %s", got, hashed)
		}
	})
	t.Run("C-69", func(t *testing.T) {
		for _, word := range []string{"md6", "md5", "SHA256", ""} {
			doc := ruledBy("hash-other", "valid.zone", wordBelow("domains", "hashother"), `"hash": {"registrant": "`+word+`"}`)
			if said := cadastreRefuses(t, "policy", "add", n.whitelist.document(t, "md6", doc), "--dir", n.whitelist.dir); !strings.Contains(said, "hash.registrant") ||
				!strings.Contains(said, "unknown word: it is one of none, sha256, hmac-sha256") {
				t.Errorf("hash %q: %s", word, said)
			}
		}
	})
}

func (n *naming) rowsOfParties(t *testing.T) {
	t.Run("C-72", func(t *testing.T) {
		n.wantNames(t, n.apply(t, "agentonly.domains", "UID1"), "146.agentonly.domains.valid.zone")
		n.tb.do(t, register("agentonly.domains", "owner-b", "UID1")).want(t, 2308).wantReason(t, "147")
		n.ta.do(t, register("agentonly.domains", "owner-a", "UID2")).want(t, 1000)
	})
	t.Run("C-73", func(t *testing.T) {
		n.wantNames(t, n.apply(t, "holderonly.domains", "UID5439394"), "uid5439394.holderonly.domains.valid.zone")
		n.tb.do(t, register("holderonly.domains", "owner-b", "UID0000001")).want(t, 2308).wantReason(t, "UID0000001")
		n.tb.do(t, register("holderonly.domains", "owner-b", "UID5439394")).want(t, 1000)
	})
	t.Run("C-74", func(t *testing.T) {
		n.wantNames(t, n.apply(t, "pairing.trips", "UID5439394"), "uid5439394.146.pairing.trips.valid.zone")
		n.ta.do(t, register("pairing.trips", "owner-a", "UID1")).want(t, 2308)
		n.tb.do(t, register("pairing.trips", "owner-b", "UID5439394")).want(t, 2308)
		n.tb.do(t, register("pairing.trips", "owner-b", "UID1")).want(t, 2308)
		n.ta.do(t, register("pairing.trips", "owner-a", "UID5439394")).want(t, 1000)
	})
	t.Run("C-75", func(t *testing.T) {
		n.wantNames(t, n.apply(t, "second.domains", "UID2"), "uid2.146.second.domains.valid.zone")
		names := n.b.do(t, apply("second.domains", "UID3")).want(t, 1000).values("preapproval:name")
		n.wantNames(t, names, "uid3.147.second.domains.valid.zone")
		n.tb.do(t, register("second.domains", "owner-b", "UID3")).want(t, 1000)
		n.ta.do(t, register("second.domains", "owner-a", "UID2")).want(t, 2302)
	})
}
