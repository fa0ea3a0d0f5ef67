package main

import (
	"strings"

	"cadastre/epp"
)

// tree is an element that no type of package epp stands for, as servers with other
// extensions send them. It is shown as it is.
type tree struct {
	node     epp.OutlineNode
	children []*tree
}

// foreign gives the parts of a response's resData and extension that are in none of the
// known namespaces.
func foreign(frame []byte, known map[string]bool) []*tree {
	nodes, err := epp.Outline(frame)
	if err != nil {
		return nil // the frame has been decoded before, so this does not happen
	}
	var out []*tree
	for _, section := range plant(nodes) {
		if section.node.Name != (epp.Name{Space: epp.NSEPP, Local: "resData"}) &&
			section.node.Name != (epp.Name{Space: epp.NSEPP, Local: "extension"}) {
			continue
		}
		for _, child := range section.children {
			if !known[child.node.Name.Space] {
				out = append(out, child)
			}
		}
	}
	return out
}

// plant gives the children of the response: the elements at depth 2, with all below them.
func plant(nodes []epp.OutlineNode) []*tree {
	const depth = 2 // epp is 0, response 1
	root := &tree{}
	path := []*tree{root}
	for _, n := range nodes {
		if n.Depth < depth {
			path = path[:1]
			continue
		}
		t := &tree{node: n}
		path = path[:min(len(path), n.Depth-depth+1)]
		parent := path[len(path)-1]
		parent.children = append(parent.children, t)
		path = append(path, t)
	}
	return root.children
}

// view is the tree as fields: the attributes, the text, the children.
func (t *tree) view() fields {
	var f fields
	for _, a := range t.node.Attrs {
		f = append(f, field{"@" + a.Name.Local, a.Value})
	}
	if t.node.Text != "" {
		f = append(f, field{"text", t.node.Text})
	}
	lists := map[string][]item{}
	for _, c := range t.children {
		lists[c.node.Name.Local] = append(lists[c.node.Name.Local], item{c.line(), c.view()})
	}
	for _, c := range t.children {
		name := c.node.Name.Local
		if list, ok := lists[name]; ok {
			f = append(f, field{name, list})
			delete(lists, name)
		}
	}
	return f
}

// line is all of the tree's text and attributes on one line.
func (t *tree) line() string {
	var parts []string
	if t.node.Text != "" {
		parts = append(parts, t.node.Text)
	}
	for _, a := range t.node.Attrs {
		parts = append(parts, a.Name.Local+"="+a.Value)
	}
	for _, c := range t.children {
		part := c.node.Name.Local
		if inner := c.line(); inner != "" {
			part += " " + inner
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}
