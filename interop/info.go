package interop

// Info is DIR/sandbox.json.
type Info struct {
	EPP struct {
		Addr       string `json:"addr"`
		CA         string `json:"ca"`
		ServerName string `json:"server_name"`
	} `json:"epp"`
	DNS struct {
		Addr string `json:"addr"`
	} `json:"dns"`
	Admin struct {
		URL string `json:"url"`
	} `json:"admin"`
	Registrars []Account `json:"registrars"`
	Operator   struct {
		Token string `json:"token"`
	} `json:"operator"`
	Zones []struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	} `json:"zones"`
	Database struct {
		DSN string `json:"dsn"`
	} `json:"database"`
}

// Account is a registrar of the sandbox.
type Account struct {
	ID       string `json:"id"`
	IANA     int    `json:"iana"`
	Password string `json:"password"`
	Cert     string `json:"cert"` // relative to the sandbox's directory
	Key      string `json:"key"`
}
