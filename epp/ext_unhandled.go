package epp

import (
	"slices"
	"strings"
)

// Unhandled namespaces, RFC 9038: data of objects and extensions that a login did not
// choose travel in the <extValue> of a success.

// Block is data of an object or an extension, a ResData or an Extension, out of its place.
type Block interface{ encode(w *writer) }

// unhandledReason ends the reason of RFC 9038, section 3, which begins with the namespace.
const unhandledReason = " not in login services"

// unhandledExtension has no elements.
var unhandledExtension = &extensionCodec{}

// MoveUnhandled moves what the response holds of other objects and extensions than those a
// login chose to the values of its first result (RFC 9038, sections 3.1 and 3.2). It does
// nothing to a failure.
func (r *Response) MoveUnhandled(objects, extensions []string) {
	if !r.Code().Success() {
		return
	}
	first := &r.Results[0]
	if r.ResData != nil && !slices.Contains(objects, r.ResData.Object()) {
		first.Values = append(first.Values, Value{Block: r.ResData, Reason: r.ResData.Object() + unhandledReason})
		r.ResData = nil
	}
	var kept []Extension
	for _, x := range r.Extensions {
		if slices.Contains(extensions, x.ExtensionURI()) {
			kept = append(kept, x)
			continue
		}
		first.Values = append(first.Values, Value{Block: x, Reason: x.ExtensionURI() + unhandledReason})
	}
	r.Extensions = kept
}

// extValue reads <extValue>. Data of an unhandled namespace that this package knows are a
// Block.
func (d *responseDecoder) extValue(el *element) Value {
	var v Value
	inner := child(el, "value")
	if inner != nil {
		v = decodeValue(inner)
	}
	reason := child(el, "reason")
	if reason == nil {
		return v
	}
	uri, unhandled := strings.CutSuffix(collapseBlanks(content(reason)), unhandledReason)
	if c := firstChildOf(inner); unhandled && c != nil && c.Space == uri {
		if b := d.block(c); b != nil {
			v = Value{Block: b}
		}
	}
	v.Reason, v.Lang = content(reason), attrOr(reason, "lang", "")
	return v
}

func firstChildOf(el *element) *element {
	if el == nil {
		return nil
	}
	return firstChild(el)
}

// block reads data of any object or extension, nil if it knows neither.
func (d *responseDecoder) block(el *element) Block {
	if data := d.objectData(el); data != nil {
		return data
	}
	if codec := extensionOf(el.Space); codec != nil && codec.responses[el.Tag] != nil {
		return codec.responses[el.Tag](d, el)
	}
	return nil
}
