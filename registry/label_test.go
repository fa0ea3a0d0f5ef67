package registry

import "testing"

// TestLabelsAfter counts labels as they will be after changes.
func TestLabelsAfter(t *testing.T) {
	have := Labels{"gold": {Class: "premium"}, "police": {Reserved: "kept"}, "both": {Class: "premium", Reserved: "kept"}}
	for name, c := range map[string]struct {
		change LabelChange
		want   int
	}{
		"a new one":                  {LabelChange{"new", false, "premium"}, 4},
		"another class":              {LabelChange{"gold", false, "other"}, 3},
		"premium, then reserved too": {LabelChange{"gold", true, "kept"}, 3},
		"no longer premium":          {LabelChange{"gold", false, ""}, 2},
		"never was reserved":         {LabelChange{"gold", true, ""}, 3},
		"no longer reserved":         {LabelChange{"police", true, ""}, 2},
		"premium still":              {LabelChange{"both", true, ""}, 3},
		"reserved still":             {LabelChange{"both", false, ""}, 3},
		"nothing to remove":          {LabelChange{"new", true, ""}, 3},
	} {
		if got := have.After([]LabelChange{c.change}); got != c.want {
			t.Errorf("%s: %d labels, want %d", name, got, c.want)
		}
	}
}
