package epp

import (
	"slices"
)

// extensionCodec reads the elements of one extension, by local name.
type extensionCodec struct {
	commands  map[string]extensionCommand
	responses map[string]func(d *responseDecoder, el *element) Extension

	// fits holds an extension against the command it comes with, nil if any will do.
	fits func(b Body, x Extension) *Error
}

// extensionCommand reads an element that extends a command: the element is valid against
// the model when decode sees it.
type extensionCommand struct {
	extends []commandName // the commands it may come with
	model   *elementType
	decode  func(el *element) Extension
}

// commandName is a command on an object, as Body names it: VerbCreate and NSDomain.
type commandName struct{ verb, object string }

// extending lists the commands of one object that an extension element may come with.
func extending(object string, verbs ...string) []commandName {
	names := make([]commandName, len(verbs))
	for i, verb := range verbs {
		names[i] = commandName{verb, object}
	}
	return names
}

// extensionOf gives the codec of an extension namespace, nil if there is none. A further
// extension is one more line here and one more file.
func extensionOf(uri string) *extensionCodec {
	switch uri {
	case NSContactKind:
		return contactKindExtension
	case NSPreapproval:
		return preapprovalExtension
	case NSFee:
		return feeExtension
	case NSRGP:
		return rgpExtension
	case NSSecDNS:
		return secDNSExtension
	case NSIDN:
		return idnExtension
	case NSTTL:
		return ttlExtension
	case NSAddlEmail:
		return addlEmailExtension
	case NSAllocationToken:
		return allocationTokenExtension
	case NSSecureAuthInfo:
		return secureAuthInfoExtension
	case NSLaunch:
		return launchExtension
	case NSLoginSec:
		return loginSecExtension
	case NSChangePoll:
		return changePollExtension
	case NSUnhandledNamespaces:
		return unhandledExtension
	}
	return nil
}

// KnownExtensions lists the namespaces of all extensions of this package.
func KnownExtensions() []string {
	return []string{
		NSContactKind,
		NSPreapproval,
		NSFee,
		NSRGP,
		NSSecDNS,
		NSIDN,
		NSTTL,
		NSAddlEmail,
		NSAllocationToken,
		NSSecureAuthInfo,
		NSLaunch,
		NSLoginSec,
		NSChangePoll,
		NSUnhandledNamespaces,
	}
}

// secureAuthInfoExtension promises how authorization information is treated and has no
// elements (RFC 9154, section 3).
var secureAuthInfoExtension = &extensionCodec{}

// extensions reads the <extension> of a command.
func (d Decoder) extensions(cmd *Command, el *element) *Error {
	if err := emptyType.validateAttrs(el); err != nil {
		return err
	}
	switch {
	case !allBlank(content(el)):
		return &Error{Code: CodeSyntaxError, Element: nameOf(el), Reason: "must not contain text"}
	case firstChild(el) == nil:
		return &Error{Code: CodeSyntaxError, Element: nameOf(el), Reason: "must contain an element"}
	}
	cmd.Extensions = make([]Extension, 0, min(el.count(), 4))
	for c := range children(el) {
		for seen := el.first; seen != c; seen = seen.next {
			if nameOf(seen) == nameOf(c) {
				return &Error{Code: CodeSyntaxError, Element: nameOf(c), Reason: "must not occur twice"}
			}
		}
		if err := d.extension(cmd, c); err != nil {
			return err
		}
	}
	return nil
}

func (d Decoder) extension(cmd *Command, el *element) *Error {
	if el.Space == "" || el.Space == NSEPP {
		return &Error{Code: CodeSyntaxError, Element: nameOf(el), Reason: "must be in the namespace of an extension"}
	}
	codec := extensionOf(el.Space)
	if codec == nil || (d.Extensions != nil && !oneOf(el.Space, d.Extensions)) {
		return &Error{
			Code: CodeUnimplementedExtension, Element: nameOf(el), Value: el.Space,
			Reason: "no such extension: " + capped(el.Space, 128),
		}
	}
	ext, ok := codec.commands[el.Tag]
	if !ok {
		return &Error{Code: CodeSyntaxError, Element: nameOf(el), Reason: "the extension has no such command element"}
	}
	if !slices.Contains(ext.extends, commandName{cmd.Body.Verb(), cmd.Body.Object()}) {
		return &Error{Code: CodeUseError, Element: nameOf(el), Reason: "does not extend this command"}
	}
	if op := transferOp(cmd.Body); op != "" && op != TransferRequest {
		return &Error{Code: CodeUseError, Element: nameOf(el), Reason: "extends only the request of a transfer"}
	}
	if err := ext.model.validate(el); err != nil {
		return err
	}
	x := ext.decode(el)
	if codec.fits != nil {
		if err := codec.fits(cmd.Body, x); err != nil {
			return err
		}
	}
	cmd.Extensions = append(cmd.Extensions, x)
	return nil
}

// transferOp is the operation of a transfer, "" for other commands. No extension adds to
// another operation than request (RFC 8495, sections 3.1.3 and 3.2.4, and its like).
func transferOp(b Body) string {
	switch t := b.(type) {
	case *DomainTransfer:
		return t.Op
	case *ContactTransfer:
		return t.Op
	}
	return ""
}
