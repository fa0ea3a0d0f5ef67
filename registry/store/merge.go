package store

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// merger turns inserts of single rows into one of several rows: starting a statement costs
// the database more than a row does.
type merger struct {
	mu    sync.Mutex
	texts map[mergedInsert]string
}

// mergedInsert is an insert of several rows.
type mergedInsert struct {
	single string // the statement for one row
	rows   int
}

// mergedRows is the most rows of one statement. Others have powers of two, so that there
// are few statements to prepare.
const mergedRows = 32

// values begins the values of an insert that can be merged. What comes before it names the
// table and the columns, what comes after it is one parameter for each column.
const values = "VALUES ("

func mergeable(sql string) bool {
	return strings.HasPrefix(strings.TrimLeft(sql, "\n\t "), "INSERT INTO ") && strings.Contains(sql, values+"$1")
}

// merge merges writes that follow each other and have the same statement.
func (m *merger) merge(all []write) []write {
	out := make([]write, 0, len(all))
	for len(all) > 0 {
		n := 1
		if mergeable(all[0].sql) {
			for n < len(all) && n < mergedRows && all[n].sql == all[0].sql {
				n++
			}
			for n&(n-1) != 0 { // down to a power of two
				n &= n - 1
			}
		}
		out = append(out, m.one(all[:n]))
		all = all[n:]
	}
	return out
}

func (m *merger) one(rows []write) write {
	w := rows[0]
	if len(rows) == 1 {
		return w
	}
	w.sql = m.text(mergedInsert{w.sql, len(rows)}, len(w.args))
	w.args = slices.Clone(w.args)
	for _, r := range rows[1:] {
		w.args = append(w.args, r.args...)
	}
	return w
}

// text is the statement for several rows of so many columns.
func (m *merger) text(i mergedInsert, columns int) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if text, ok := m.texts[i]; ok {
		return text
	}
	head, _, _ := strings.Cut(i.single, values)
	var b strings.Builder
	b.WriteString(head)
	b.WriteString("VALUES ")
	for n := range i.rows * columns {
		switch {
		case n == 0:
			b.WriteByte('(')
		case n%columns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(n+1))
	}
	b.WriteByte(')')
	if m.texts == nil {
		m.texts = map[mergedInsert]string{}
	}
	m.texts[i] = b.String()
	return b.String()
}

// interleave puts the writes of several commands into one order that keeps that of each and
// brings equal statements together.
func interleave(commands [][]write) (all []write) {
	left := map[string]int{} // writes of each statement
	for _, c := range commands {
		for _, w := range c {
			left[w.sql]++
		}
	}
	for {
		sql := ready(commands, left)
		if sql == "" {
			return all
		}
		for i, c := range commands {
			n := run(c, sql)
			all, commands[i] = append(all, c[:n]...), c[n:]
			left[sql] -= n
		}
	}
}

// ready is a statement that some command begins with: one that no command has behind
// another if there is one; "" when nothing is left.
func ready(commands [][]write, left map[string]int) (first string) {
	begun := map[string]int{}
	for _, c := range commands {
		if len(c) == 0 {
			continue
		}
		sql := c[0].sql
		if first == "" {
			first = sql
		}
		if begun[sql] += run(c, sql); begun[sql] == left[sql] {
			return sql
		}
	}
	return first
}

// run is how many writes a command begins with that have the statement.
func run(c []write, sql string) (n int) {
	for n < len(c) && c[n].sql == sql {
		n++
	}
	return n
}
