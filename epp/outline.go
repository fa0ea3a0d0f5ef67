package epp

import (
	"fmt"
)

// OutlineNode is one element of a frame, for printing it in a form people can read.
type OutlineNode struct {
	Depth int // 0 for <epp>
	Name  Name
	Attrs []OutlineAttr // without namespace declarations
	Text  string        // trimmed; of an element with children, all its text in one piece
}

// OutlineAttr is one attribute of an element.
type OutlineAttr struct {
	Name  Name
	Value string
}

// Outline lists the elements of a frame in document order. The frame may be from a client
// or a server and may hold anything; it only has to be well-formed and within the limits
// of responses.
func Outline(frame []byte) ([]OutlineNode, error) {
	lim := responseLimits()
	lim.whole = nil
	root, err := scan(frame, lim)
	if err != nil {
		return nil, fmt.Errorf("epp: malformed frame: %w", err)
	}
	return outline(nil, root, 0), nil
}

func outline(list []OutlineNode, el *element, depth int) []OutlineNode {
	n := OutlineNode{Depth: depth, Name: nameOf(el), Text: elementText(el)}
	for _, a := range el.Attr {
		n.Attrs = append(n.Attrs, OutlineAttr{Name: Name{a.Space, a.Key}, Value: a.Value})
	}
	list = append(list, n)
	for c := range children(el) {
		list = outline(list, c, depth+1)
	}
	return list
}
