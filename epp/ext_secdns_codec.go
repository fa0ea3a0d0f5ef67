package epp

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
)

var secDNSExtension = &extensionCodec{
	commands: map[string]extensionCommand{
		"create": {extending(NSDomain, VerbCreate), secDNSDataType, func(el *element) Extension {
			return &SecDNSCreate{new(responseDecoder).secDNS(el)} // valid: nothing can fail
		}},
		"update": {extending(NSDomain, VerbUpdate), secDNSUpdateType, decodeSecDNSUpdate},
	},
	responses: map[string]func(*responseDecoder, *element) Extension{
		"infData": func(d *responseDecoder, el *element) Extension { return &SecDNSInfoData{d.secDNS(el)} },
	},
}

func decodeSecDNSUpdate(el *element) Extension {
	d := &responseDecoder{} // valid: nothing can fail
	u := &SecDNSUpdate{Urgent: parseBoolean(attrOr(el, "urgent", ""))}
	for c := range children(el) {
		data := d.secDNS(c)
		switch c.Tag {
		case "rem":
			u.RemDS, u.RemKeys = data.DS, data.Keys
			if all := child(c, "all"); all != nil {
				u.RemAll = parseBoolean(content(all))
			}
		case "add":
			u.AddDS, u.AddKeys, u.AddMaxSigLife = data.DS, data.Keys, data.MaxSigLife
		case "chg":
			u.ChgMaxSigLife = data.MaxSigLife
		}
	}
	return u
}

// secDNS reads dsOrKeyType and its like.
func (d *responseDecoder) secDNS(el *element) SecDNSData {
	var data SecDNSData
	for c := range children(el) {
		switch c.Tag {
		case "maxSigLife":
			seconds := d.number(c, 1<<31-1)
			data.MaxSigLife = &seconds
		case "dsData":
			data.DS = append(data.DS, d.ds(c))
		case "keyData":
			data.Keys = append(data.Keys, d.key(c))
		}
	}
	return data
}

func (d *responseDecoder) ds(el *element) DSData {
	var ds DSData
	for c := range children(el) {
		switch c.Tag {
		case "keyTag":
			ds.KeyTag = uint16(d.number(c, 1<<16-1))
		case "alg":
			ds.Alg = uint8(d.number(c, 1<<8-1))
		case "digestType":
			ds.DigestType = uint8(d.number(c, 1<<8-1))
		case "digest":
			text := elementText(c)
			if code, _ := checkHex(text); code != 0 {
				d.fail(c, "no hexadecimal digits")
			}
			ds.Digest = parseHex(text)
		case "keyData":
			key := d.key(c)
			ds.Key = &key
		}
	}
	return ds
}

func (d *responseDecoder) key(el *element) KeyData {
	var k KeyData
	for c := range children(el) {
		switch c.Tag {
		case "flags":
			k.Flags = uint16(d.number(c, 1<<16-1))
		case "protocol":
			k.Protocol = uint8(d.number(c, 1<<8-1))
		case "alg":
			k.Alg = uint8(d.number(c, 1<<8-1))
		case "pubKey":
			text := collapseBlanks(content(c))
			if k.PubKey = parseBase64(text); k.PubKey == nil && text != "" {
				d.fail(c, "no base64")
			}
		}
	}
	return k
}

// number reads an element that holds a whole number from 0.
func (d *responseDecoder) number(el *element, highest int) int {
	n, err := strconv.Atoi(elementText(el))
	if err != nil || n < 0 || n > highest {
		d.fail(el, "no number up to "+strconv.Itoa(highest))
		return 0
	}
	return n
}

func (s *SecDNSCreate) encode(w *writer)   { w.secDNS("create", &s.SecDNSData) }
func (s *SecDNSInfoData) encode(w *writer) { w.secDNS("infData", &s.SecDNSData) }

func (w *writer) secDNS(local string, data *SecDNSData) {
	w.openNS("secDNS", local, NSSecDNS)
	w.secDNSData(data)
	w.close("secDNS:" + local)
}

func (s *SecDNSUpdate) encode(w *writer) {
	w.startNS("secDNS", "update", NSSecDNS)
	if s.Urgent {
		w.bool("urgent", true)
	}
	w.ready()
	if s.RemAll || s.RemDS != nil || s.RemKeys != nil {
		w.open("secDNS:rem")
		if s.RemAll {
			w.elem("secDNS:all", "true")
		} else {
			w.secDNSData(&SecDNSData{DS: s.RemDS, Keys: s.RemKeys})
		}
		w.close("secDNS:rem")
	}
	if s.AddDS != nil || s.AddKeys != nil {
		w.open("secDNS:add")
		w.secDNSData(&SecDNSData{s.AddMaxSigLife, s.AddDS, s.AddKeys})
		w.close("secDNS:add")
	}
	if s.ChgMaxSigLife != nil {
		w.open("secDNS:chg")
		w.number("secDNS:maxSigLife", *s.ChgMaxSigLife)
		w.close("secDNS:chg")
	}
	w.close("secDNS:update")
}

func (w *writer) secDNSData(data *SecDNSData) {
	if data.MaxSigLife != nil {
		w.number("secDNS:maxSigLife", *data.MaxSigLife)
	}
	for i := range data.DS {
		w.ds(&data.DS[i])
	}
	for i := range data.Keys {
		w.key(&data.Keys[i])
	}
}

func (w *writer) ds(ds *DSData) {
	w.open("secDNS:dsData")
	w.number("secDNS:keyTag", int(ds.KeyTag))
	w.number("secDNS:alg", int(ds.Alg))
	w.number("secDNS:digestType", int(ds.DigestType))
	w.elem("secDNS:digest", strings.ToUpper(hex.EncodeToString(ds.Digest)))
	if ds.Key != nil {
		w.key(ds.Key)
	}
	w.close("secDNS:dsData")
}

func (w *writer) key(k *KeyData) {
	w.open("secDNS:keyData")
	w.number("secDNS:flags", int(k.Flags))
	w.number("secDNS:protocol", int(k.Protocol))
	w.number("secDNS:alg", int(k.Alg))
	w.elem("secDNS:pubKey", base64.StdEncoding.EncodeToString(k.PubKey))
	w.close("secDNS:keyData")
}

// number writes an element with a whole number.
func (w *writer) number(tag string, n int) { w.elem(tag, strconv.Itoa(n)) }
