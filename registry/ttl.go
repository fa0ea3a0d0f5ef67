package registry

// TTLs are times to live in seconds by record type: "NS", "DS", "A", "AAAA"
// (RFC 9803).
type TTLs map[string]uint32
