package store

import (
	"strings"
	"testing"
)

// TestMerge merges inserts of single rows: no row is lost, none changes its place among
// those of its statement, and every parameter has its number.
func TestMerge(t *testing.T) {
	const insert = "\n\t\tINSERT INTO t (a,\n\t\t\tb) VALUES ($1, $2)"
	var m merger
	for rows := range 3*mergedRows + 2 {
		all := []write{{sql: "UPDATE t SET a = $1", args: []any{-1}, value: "first"}}
		for i := range rows {
			all = append(all, write{sql: insert, args: []any{i, "x"}, value: "row"})
		}
		all = append(all, write{sql: sqlLinkHost, args: []any{1, 2}})
		merged := m.merge(all)
		if merged[0].value != "first" || merged[len(merged)-1].sql != sqlLinkHost {
			t.Fatalf("%d rows: other statements changed", rows)
		}
		next := 0
		for _, w := range merged[1 : len(merged)-1] {
			n := len(w.args) / 2
			if strings.Count(w.sql, "(") != n+1 || strings.Count(w.sql, "$") != len(w.args) || n > mergedRows {
				t.Fatalf("%d rows in %s", n, w.sql)
			}
			for i := 0; i < len(w.args); i += 2 {
				if w.args[i] != next {
					t.Fatalf("%d rows: row %v came after row %d", rows, w.args[i], next-1)
				}
				next++
			}
		}
		if next != rows {
			t.Fatalf("%d rows became %d", rows, next)
		}
	}
	if got := m.one([]write{{sql: insert, args: []any{1, 2}}, {sql: insert, args: []any{3, 4}}}).sql; !strings.HasSuffix(got, "VALUES ($1, $2), ($3, $4)") {
		t.Errorf("two rows are %s", got)
	}
}

// TestInterleave brings equal statements together where the order within each command
// allows it, and never changes that order.
func TestInterleave(t *testing.T) {
	for _, c := range []struct{ commands, want string }{
		{"abc abc", "a0 a1 b0 b1 c0 c1"},
		{"ac bc", "a0 b1 c0 c1"},
		{"bc ab", "a1 b0 b1 c0"},
		{"aba ab", "a0 a1 b0 b1 a0"},
		{"ab ba", "a0 b0 b1 a1"},
		{"aab ab b", "a0 a0 a1 b0 b1 b2"},
		{"", ""},
	} {
		var commands [][]write
		for i, text := range strings.Fields(c.commands) {
			var list []write
			for _, r := range text {
				list = append(list, write{sql: string(r), value: string(rune('0' + i))})
			}
			commands = append(commands, list)
		}
		var got []string
		for _, w := range interleave(commands) {
			got = append(got, w.sql+w.value)
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s became %s, want %s", c.commands, text, c.want)
		}
	}
}
