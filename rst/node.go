package rst

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"sort"
	"strings"
)

// node is an element of a server's frame.
type node struct {
	space, local string
	attrs        map[string]string
	text         string // its own text, without blanks at the ends
	kids         []*node
}

// maxDepth bounds the nesting of elements.
const maxDepth = 100

// parse reads a frame.
func parse(frame []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(frame))
	root := &node{}
	stack := []*node{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(stack) > maxDepth {
				return nil, errors.New("elements are nested too deeply")
			}
			n := &node{space: t.Name.Space, local: t.Name.Local, attrs: map[string]string{}}
			for _, a := range t.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					n.attrs[a.Name.Local] = a.Value
				}
			}
			top.kids = append(top.kids, n)
			stack = append(stack, n)
		case xml.EndElement:
			top.text = strings.TrimSpace(top.text)
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(t)
		}
	}
	if len(root.kids) != 1 {
		return nil, errors.New("no document element")
	}
	return root.kids[0], nil
}

// all returns the descendants of a name, in document order. It may be called on nil.
func (n *node) all(space, local string) []*node {
	if n == nil {
		return nil
	}
	var out []*node
	for _, k := range n.kids {
		if k.space == space && k.local == local {
			out = append(out, k)
		}
		out = append(out, k.all(space, local)...)
	}
	return out
}

// first returns the first descendant of a name, or nil.
func (n *node) first(space, local string) *node {
	if found := n.all(space, local); len(found) > 0 {
		return found[0]
	}
	return nil
}

// value is the text of the first descendant of a name, or "".
func (n *node) value(space, local string) string { return n.first(space, local).str() }

// values are the texts of all descendants of a name.
func (n *node) values(space, local string) []string {
	var out []string
	for _, k := range n.all(space, local) {
		out = append(out, k.text)
	}
	return out
}

// marks are the values of an attribute of all descendants of a name, sorted.
func (n *node) marks(space, local, attr string) []string {
	var out []string
	for _, k := range n.all(space, local) {
		out = append(out, k.attrs[attr])
	}
	sort.Strings(out)
	return out
}

func (n *node) str() string {
	if n == nil {
		return ""
	}
	return n.text
}

// canonical writes the element so that equal ones are equal texts.
func (n *node) canonical() string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString("<{" + n.space + "}" + n.local)
	names := make([]string, 0, len(n.attrs))
	for name := range n.attrs {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		b.WriteString(" " + name + "='" + n.attrs[name] + "'")
	}
	b.WriteString(">" + n.text)
	for _, k := range n.kids {
		b.WriteString(k.canonical())
	}
	b.WriteString("</>")
	return b.String()
}
