package lgr

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

const modelAlphabet = "abcdef"

// randomSets returns disjoint variant sets of short words, single letters and
// sequences.
func randomSets(rnd *rand.Rand) [][]string {
	used := map[string]bool{}
	var sets [][]string
	for range 1 + rnd.IntN(3) {
		var set []string
		for range 2 + rnd.IntN(2) {
			word := ""
			for range []int{1, 1, 2, 2, 3}[rnd.IntN(5)] {
				word += string(modelAlphabet[rnd.IntN(len(modelAlphabet))])
			}
			if !used[word] {
				used[word] = true
				set = append(set, word)
			}
		}
		if len(set) > 1 {
			sets = append(sets, set)
		}
	}
	return sets
}

// setsDocument writes the data of a ruleset with every mapping of the sets.
func setsDocument(sets [][]string) string {
	var b strings.Builder
	seen := map[string]bool{}
	for _, set := range sets {
		for _, from := range set {
			seen[from] = true
			fmt.Fprintf(&b, `<char cp="%s">`, hex(from))
			for _, to := range set {
				if to != from {
					fmt.Fprintf(&b, `<var cp="%s"/>`, hex(to))
				}
			}
			b.WriteString("</char>")
		}
	}
	for _, r := range modelAlphabet {
		if !seen[string(r)] {
			fmt.Fprintf(&b, `<char cp="%04X"/>`, r)
		}
	}
	return b.String()
}

// rewrites returns every label of at most limit letters that replacing members of
// the sets by one another, any number of times, makes of a label.
func rewrites(sets [][]string, label string, limit int) map[string]bool {
	found := map[string]bool{label: true}
	todo := []string{label}
	for len(todo) > 0 {
		l := todo[0]
		todo = todo[1:]
		for _, set := range sets {
			for _, from := range set {
				for i := 0; i+len(from) <= len(l); i++ {
					if l[i:i+len(from)] != from {
						continue
					}
					for _, to := range set {
						if n := l[:i] + to + l[i+len(from):]; len(n) <= limit && !found[n] {
							found[n] = true
							todo = append(todo, n)
						}
					}
				}
			}
		}
	}
	return found
}

// In any table that is taken, two labels have the same index label if, and only
// if, substitutions lead from one to the other.
func TestIndexLabelModel(t *testing.T) {
	const seeds, longest, room = 5000, 3, 7
	taken, mixed := 0, 0
	for seed := range uint64(seeds) {
		rnd := rand.New(rand.NewPCG(seed, 7940))
		sets := randomSets(rnd)
		table, err := Parse(strings.NewReader(document(setsDocument(sets), "")))
		if err != nil {
			continue
		}
		taken++
		if table.longest > 1 {
			mixed++
		}
		first := map[string]string{} // a label by its index label
		for _, label := range words(longest) {
			index := table.IndexLabel(label)
			reached := rewrites(sets, label, room)
			for other := range reached {
				if len(other) <= longest && table.IndexLabel(other) != index {
					t.Fatalf("seed %d, sets %v: %s and %s are variants, index labels %s and %s", seed, sets, label, other, index, table.IndexLabel(other))
				}
			}
			if other, ok := first[index]; ok && !reached[other] {
				t.Fatalf("seed %d, sets %v: %s and %s are no variants, index label %s", seed, sets, label, other, index)
			}
			first[index] = label
		}
	}
	t.Logf("%d tables taken, %d with sequences", taken, mixed)
	if taken < seeds/6 || mixed < seeds/8 {
		t.Errorf("only %d tables taken, %d with sequences", taken, mixed)
	}
}

// words returns all words of the alphabet with 1 to n letters.
func words(n int) []string {
	var all []string
	last := []string{""}
	for range n {
		var next []string
		for _, w := range last {
			for _, r := range modelAlphabet {
				next = append(next, w+string(r))
			}
		}
		all = append(all, next...)
		last = next
	}
	return all
}
