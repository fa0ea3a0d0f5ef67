package epp

// commandCodec reads one command of an object mapping: the element is valid against the
// model when decode sees it. op is the operation of a transfer.
type commandCodec struct {
	model  *elementType
	decode func(el *element, op string) Body
}

// mapping holds the commands of an object mapping by verb.
type mapping map[string]commandCodec

// mappingOf gives the object mapping of a namespace, nil if there is none. A further
// mapping is one more line here and one more file.
func mappingOf(uri string) mapping {
	switch uri {
	case NSDomain:
		return domainMapping
	case NSHost:
		return hostMapping
	case NSContact:
		return contactMapping
	case NSMaintenance:
		return maintenanceMapping
	}
	return nil
}

// KnownObjects lists the namespaces of all object mappings of this package.
func KnownObjects() []string { return []string{NSDomain, NSHost, NSContact, NSMaintenance} }
