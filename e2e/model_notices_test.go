package e2e

// withoutNotices has the zones send no notices of expiry, which the model does not know: they
// have a story (TestNotices) and tests of their own in registry/srs.
func (w *modelWorld) withoutNotices() {
	for _, zone := range []string{"example", "extension"} {
		if !w.registry("zone", "set", zone, "--expiry-notice", "0") {
			w.failf("the zone %s keeps its notices", zone)
		}
	}
}
