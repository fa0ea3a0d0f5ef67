package docs

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// grammar is the rules of a text in ABNF (RFC 5234 and 7405) without recursion, by name.
// It knows nothing of the program: a page's grammar is made into a regular expression, so
// that what the page promises can be held against what the program does.
type grammar map[string]string

// readGrammar splits a text into rules: a rule begins in the first column, its other lines
// are indented.
func readGrammar(t *testing.T, text string) grammar {
	t.Helper()
	g := grammar{}
	rule := ""
	for line := range strings.Lines(text) {
		line = withoutComment(line)
		switch {
		case strings.TrimSpace(line) == "":
		case line[0] == ' ' && rule != "":
			g[rule] += " " + strings.TrimSpace(line)
		default:
			name, definition, ok := strings.Cut(line, "=")
			if rule = strings.TrimSpace(name); !ok || g[rule] != "" {
				t.Fatalf("the grammar has the line %q", line)
			}
			g[rule] = strings.TrimSpace(definition)
		}
	}
	return g
}

// withoutComment cuts a comment off; semicolons in literals begin none.
func withoutComment(line string) string {
	literal := false
	for i, c := range line {
		switch {
		case c == '"':
			literal = !literal
		case c == ';' && !literal:
			return strings.TrimRight(line[:i], " ")
		}
	}
	return strings.TrimRight(line, "\n")
}

// compile makes a rule into an expression that a whole text must match.
func (g grammar) compile(t *testing.T, rule string) *regexp.Regexp {
	t.Helper()
	expression, err := g.rule(rule, 0)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?s)\A` + expression + `\z`)
}

// coreRules are those of RFC 5234, Appendix B.1, that pages use.
var coreRules = map[string]string{"ALPHA": "[A-Za-z]", "DIGIT": "[0-9]", "SP": " "}

func (g grammar) rule(name string, depth int) (string, error) {
	if core := coreRules[name]; core != "" {
		return core, nil
	}
	definition, ok := g[name]
	if !ok || depth > 20 {
		return "", fmt.Errorf("the grammar has no rule %s, or one within itself", name)
	}
	p := &ruleParser{g: g, rest: definition, depth: depth}
	expression, err := p.alternation()
	if err == nil && p.rest != "" {
		err = fmt.Errorf("%q cannot be read", p.rest)
	}
	if err != nil {
		return "", fmt.Errorf("rule %s: %w", name, err)
	}
	return expression, nil
}

// ruleParser reads a definition from its beginning; rest is what is left.
type ruleParser struct {
	g     grammar
	rest  string
	depth int
}

func (p *ruleParser) next(prefix string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(p.rest, " "), prefix)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *ruleParser) alternation() (string, error) {
	var alternatives []string
	for {
		c, err := p.concatenation()
		if err != nil {
			return "", err
		}
		alternatives = append(alternatives, c)
		if !p.next("/") {
			return "(?:" + strings.Join(alternatives, "|") + ")", nil
		}
	}
}

func (p *ruleParser) concatenation() (string, error) {
	var b strings.Builder
	for {
		p.rest = strings.TrimLeft(p.rest, " ")
		if p.rest == "" || strings.ContainsAny(p.rest[:1], "/)]") {
			break
		}
		e, err := p.repetition()
		if err != nil {
			return "", err
		}
		b.WriteString(e)
	}
	if b.Len() == 0 {
		return "", fmt.Errorf("nothing before %q", p.rest)
	}
	return b.String(), nil
}

var repeat = regexp.MustCompile(`^(?:([0-9]*)(\*)([0-9]*)|([0-9]+))`)

func (p *ruleParser) repetition() (string, error) {
	m := repeat.FindStringSubmatch(p.rest)
	if m == nil {
		return p.element()
	}
	p.rest = p.rest[len(m[0]):]
	e, err := p.element()
	switch {
	case err != nil:
		return "", err
	case m[4] != "":
		return e + "{" + m[4] + "}", nil
	case m[1] == "":
		m[1] = "0"
	}
	return e + "{" + m[1] + "," + m[3] + "}", nil
}

var (
	ruleName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*`)
	literal  = regexp.MustCompile(`^(%s)?"([^"]*)"`)
	octets   = regexp.MustCompile(`^%x([0-9A-F]{2})(?:-([0-9A-F]{2}))?`)
)

func (p *ruleParser) element() (string, error) {
	for _, bracket := range []struct{ open, shut, after string }{{"(", ")", ""}, {"[", "]", "?"}} {
		if !p.next(bracket.open) {
			continue
		}
		e, err := p.alternation()
		if err == nil && !p.next(bracket.shut) {
			err = fmt.Errorf("no %s before %q", bracket.shut, p.rest)
		}
		return e + bracket.after, err
	}
	if m := literal.FindStringSubmatch(p.rest); m != nil {
		p.rest = p.rest[len(m[0]):]
		if m[1] == "" { // RFC 7405: without case
			return "(?i:" + regexp.QuoteMeta(m[2]) + ")", nil
		}
		return "(?:" + regexp.QuoteMeta(m[2]) + ")", nil
	}
	if m := octets.FindStringSubmatch(p.rest); m != nil {
		p.rest = p.rest[len(m[0]):]
		if m[2] == "" {
			m[2] = m[1]
		}
		return `[\x` + m[1] + `-\x` + m[2] + `]`, nil
	}
	if name := ruleName.FindString(p.rest); name != "" {
		p.rest = p.rest[len(name):]
		return p.g.rule(name, p.depth+1)
	}
	return "", fmt.Errorf("%q cannot be read", p.rest)
}

// TestGrammarReader: the reader of grammars reads them as the RFCs say.
func TestGrammarReader(t *testing.T) {
	g := readGrammar(t, "a = %s\"x\" [b] 2DIGIT ; a comment\n  / \"y;\" 1*2%x41-42\nb = *(\"-\" SP)\n")
	a := g.compile(t, "a")
	for text, want := range map[string]bool{
		"x12": true, "x- - 12": true, "X12": false, "x1": false, "y;A": true, "Y;AB": true, "y;ABA": false, "y;": false, "x12\n": false, "": false,
	} {
		if a.MatchString(text) != want {
			t.Errorf("%q: not %v", text, want)
		}
	}
	if _, err := (grammar{"a": "b", "b": "a"}).rule("a", 0); err == nil {
		t.Error("a rule within itself is read")
	}
	if _, err := (grammar{"a": "(DIGIT"}).rule("a", 0); err == nil {
		t.Error("an open bracket is read")
	}
}
