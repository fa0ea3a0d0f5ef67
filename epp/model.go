package epp

// A content model says what an element may hold. The models of this package repeat the
// IETF schemas; the schemas with libxml2 are their oracle in the tests.

// elementType is a complex type: attributes and either text, or children, or nothing.
type elementType struct {
	text    *simpleType // simple content; nil allows blanks only
	attrs   []attribute
	content []particle
	foreign bool   // exactly one child, from another namespace, which is not looked into
	mixed   bool   // text and any elements, which are not looked into
	unique  string // attribute that no two children may have with the same value
	opaque  bool   // anything: the scanner left the element whole
	notBare bool   // at least one child, whichever
}

type attribute struct {
	name     string
	typ      *simpleType
	required bool
}

// particle is an element, or a choice between elements, and how often it may occur.
type particle struct {
	name     string // local name
	space    string // namespace, "" for that of the parent
	typ      *elementType
	choice   []particle // alternatives, instead of name and typ
	min, max int        // max 0 means any number
}

// Constructors that let a model read like the schema it repeats.

func one(name string, t *elementType) particle {
	return particle{name: name, typ: t, min: 1, max: 1}
}

func optional(name string, t *elementType) particle {
	return particle{name: name, typ: t, min: 0, max: 1}
}

func many(name string, t *elementType) particle {
	return particle{name: name, typ: t, min: 1}
}

func anyNumber(name string, t *elementType) particle {
	return particle{name: name, typ: t}
}

func times(lowest, highest int, name string, t *elementType) particle {
	return particle{name: name, typ: t, min: lowest, max: highest}
}

func choice(alternatives ...particle) particle {
	return particle{choice: alternatives, min: 1, max: 1}
}

// in moves a particle to another namespace than that of the parent.
func (p particle) in(space string) particle {
	p.space = space
	return p
}

func sequence(p ...particle) *elementType { return &elementType{content: p} }

func simple(t *simpleType, attrs ...attribute) *elementType {
	return &elementType{text: t, attrs: attrs}
}

func required(name string, t *simpleType) attribute {
	return attribute{name: name, typ: t, required: true}
}

func implied(name string, t *simpleType) attribute { return attribute{name: name, typ: t} }

// emptyType is an element that only is there or not. The schemas allow it no blanks, or, by
// giving it no type, anything; here blanks pass and nothing else.
var emptyType = &elementType{}

func nameOf(el *element) Name { return Name{Space: el.Space, Local: el.Tag} }

// validate checks an element against its type, and everything below it. It leaves every
// value in the tree as white space processing makes it, so that reading the tree
// afterwards needs no second thought.
func (t *elementType) validate(el *element) *Error {
	if t.opaque {
		return nil
	}
	if err := t.validateAttrs(el); err != nil {
		return err
	}
	switch {
	case t.mixed:
		return nil
	case t.text != nil:
		return t.validateText(el)
	}
	if !allBlank(el.text) {
		return &Error{Code: CodeSyntaxError, Element: nameOf(el), Reason: "must not contain text"}
	}
	if t.foreign {
		return validateForeign(el)
	}
	if t.notBare && el.first == nil {
		return &Error{Code: CodeMissingParameter, Element: nameOf(el), Reason: "one of its alternatives is required"}
	}
	if err := t.validateChildren(el); err != nil || t.unique == "" {
		return err
	}
	return validateUnique(el, t.unique)
}

// validateUnique is an identity constraint of the schemas on an attribute of the children.
func validateUnique(el *element, name string) *Error {
	seen := map[string]bool{}
	for kid := range children(el) {
		value, ok := attr(kid, name)
		if ok && seen[value] {
			return &Error{
				Code: CodeSyntaxError, Element: nameOf(kid), Attr: name, Value: value,
				Reason: "no two elements may have the same value",
			}
		}
		seen[value] = true
	}
	return nil
}

// validateForeign is the wildcard namespace="##other" that occurs once.
func validateForeign(el *element) *Error {
	kid := el.first
	switch {
	case kid == nil:
		return &Error{Code: CodeMissingParameter, Element: nameOf(el), Reason: "must contain an element"}
	case kid.next != nil:
		return &Error{Code: CodeSyntaxError, Element: nameOf(kid.next), Reason: "only one element is allowed here"}
	case kid.Space == "" || kid.Space == el.Space:
		return &Error{Code: CodeSyntaxError, Element: nameOf(kid), Reason: "must be in a namespace of its own"}
	}
	return nil
}

func (t *elementType) validateText(el *element) *Error {
	if el.first != nil {
		return &Error{Code: CodeSyntaxError, Element: nameOf(el.first), Reason: "no element is allowed here"}
	}
	value, code, reason := t.text.parse(el.text)
	if code != 0 {
		e := &Error{Code: code, Element: nameOf(el), Value: el.text, Reason: reason}
		if t.text.secret {
			e.Value = ""
		}
		return e
	}
	el.text = value
	return nil
}

func (t *elementType) validateAttrs(el *element) *Error {
	for i := range el.Attr {
		a := &el.Attr[i]
		if a.Space == nsXSI && a.Key != "nil" {
			continue // XML Schema part 1, section 2.6: allowed on every element
		}
		model := t.attr(a.Key)
		if model == nil || a.Space != "" {
			return &Error{Code: CodeSyntaxError, Element: nameOf(el), Attr: a.Key, Value: t.quotable(a.Value), Reason: "no such attribute"}
		}
		value, code, reason := model.typ.parse(a.Value)
		if code != 0 {
			return &Error{Code: code, Element: nameOf(el), Attr: a.Key, Value: a.Value, Reason: reason}
		}
		a.Value = value
	}
	for _, model := range t.attrs {
		if _, ok := attr(el, model.name); model.required && !ok {
			return &Error{
				Code: CodeMissingParameter, Element: nameOf(el), Attr: model.name,
				Reason: "attribute " + model.name + " is missing",
			}
		}
	}
	return nil
}

// quotable is a value that an error may repeat: nothing that stands in a secret's element.
func (t *elementType) quotable(value string) string {
	if t.text != nil && t.text.secret {
		return ""
	}
	return value
}

func (t *elementType) attr(name string) *attribute {
	for i := range t.attrs {
		if t.attrs[i].name == name {
			return &t.attrs[i]
		}
	}
	return nil
}

// validateChildren matches the children with the sequence of particles. The schemas never
// leave a choice of what matches, so that one pass without return is enough.
func (t *elementType) validateChildren(el *element) *Error {
	rest := el.first
	for i := range t.content {
		p := &t.content[i]
		n, behind, err := p.match(el.Space, rest)
		if err != nil {
			return err
		}
		if rest = behind; n < p.min {
			return t.missing(el, p, rest)
		}
	}
	if rest != nil {
		return t.unexpected(el, rest)
	}
	return nil
}

// match validates as many children as the particle takes, from kid on, and counts them;
// rest is the child behind them, nil if there is none.
func (p *particle) match(space string, kid *element) (n int, rest *element, err *Error) {
	for i := range p.choice {
		if n, rest, err := p.choice[i].match(space, kid); n > 0 || err != nil {
			return n, rest, err
		}
	}
	if p.choice != nil {
		return 0, kid, nil
	}
	for kid != nil && (p.max == 0 || n < p.max) && p.isNamed(space, kid) {
		if err := p.typ.validate(kid); err != nil {
			return n, kid, err
		}
		n, kid = n+1, kid.next
	}
	return n, kid, nil
}

// missing explains why a particle that must occur does not. If a child is there in its
// place that the parent does not know, or that has its place further up, that one is the
// fault; rest is that child.
func (t *elementType) missing(el *element, p *particle, rest *element) *Error {
	if rest != nil && !t.follows(p, el.Space, rest) {
		return t.unexpected(el, rest)
	}
	for kid := rest; kid != nil; kid = kid.next {
		if p.names(el.Space, kid) {
			return &Error{Code: CodeSyntaxError, Element: nameOf(rest), Reason: "out of order"}
		}
	}
	if p.choice != nil {
		return &Error{Code: CodeMissingParameter, Element: nameOf(el), Reason: "one of its alternatives is required"}
	}
	return &Error{
		Code: CodeMissingParameter, Element: Name{Space: p.spaceIn(el.Space), Local: p.name},
		Reason: "required in " + nameOf(el).String(),
	}
}

// follows reports whether a child belongs to a particle behind p.
func (t *elementType) follows(p *particle, space string, kid *element) bool {
	behind := false
	for i := range t.content {
		if behind && t.content[i].names(space, kid) {
			return true
		}
		behind = behind || &t.content[i] == p
	}
	return false
}

// names reports whether the particle can be that child of an element in namespace space.
func (p *particle) names(space string, kid *element) bool {
	for i := range p.choice {
		if p.choice[i].names(space, kid) {
			return true
		}
	}
	return p.choice == nil && p.isNamed(space, kid)
}

// isNamed is names for a particle that is no choice.
func (p *particle) isNamed(space string, kid *element) bool {
	return p.name == kid.Tag && p.spaceIn(space) == kid.Space
}

// spaceIn is the namespace of the element in a parent of namespace space.
func (p *particle) spaceIn(space string) string {
	if p.space != "" {
		return p.space
	}
	return space
}

// unexpected explains a child that no particle took.
func (t *elementType) unexpected(el, kid *element) *Error {
	reason := "no such element in " + nameOf(el).String()
	for i := range t.content {
		if t.content[i].names(el.Space, kid) {
			reason = "out of order or too often in " + nameOf(el).String()
		}
	}
	return &Error{Code: CodeSyntaxError, Element: nameOf(kid), Reason: reason}
}
