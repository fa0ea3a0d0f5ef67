package config

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
)

// source is where the comments of the example come from: the struct's own file.
//
//go:embed config.go
var source string

// Example returns a configuration file with every key at its default and its
// explanation above it. Required keys are empty.
func Example() string {
	var out strings.Builder
	out.WriteString("# Configuration of `cadastre serve`. Every key is shown with its default.\n")
	writeSection(&out, fieldComments(), "", reflect.ValueOf(Default()))
	return out.String()
}

// writeSection writes the keys of a struct and then its sections, as TOML wants it.
func writeSection(out *strings.Builder, comments map[string]string, path string, v reflect.Value) {
	isSection := func(f reflect.StructField) bool {
		return f.Type.Kind() == reflect.Struct && f.Type != reflect.TypeFor[Duration]()
	}
	write := func(f reflect.StructField, line string) {
		out.WriteString("\n")
		for text := range strings.Lines(comments[v.Type().Name()+"."+f.Name]) {
			out.WriteString(strings.TrimRight("# "+text, " \n") + "\n")
		}
		out.WriteString(line + "\n")
	}
	for f, value := range v.Fields() {
		if !isSection(f) {
			write(f, f.Tag.Get("toml")+" = "+literal(value))
		}
	}
	for f, value := range v.Fields() {
		if isSection(f) {
			name := path + f.Tag.Get("toml")
			write(f, "["+name+"]")
			writeSection(out, comments, name+".", value)
		}
	}
}

// literal writes a value as TOML. The defaults hold plain ASCII only, for which
// Go's quoting is TOML's.
func literal(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case string:
		return strconv.Quote(value)
	case Duration:
		return strconv.Quote(value.String())
	case []string:
		quoted := make([]string, len(value))
		for i, s := range value {
			quoted[i] = strconv.Quote(s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	default:
		return fmt.Sprint(value)
	}
}

// fieldComments returns the comments of all fields, by "Type.Field".
func fieldComments() map[string]string {
	file, err := parser.ParseFile(token.NewFileSet(), "config.go", source, parser.ParseComments)
	if err != nil {
		panic(err) // the compiler has read the same file
	}
	comments := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if s, ok := spec.Type.(*ast.StructType); ok {
			for _, field := range s.Fields.List {
				for _, name := range field.Names {
					comments[spec.Name.Name+"."+name.Name] = field.Doc.Text()
				}
			}
		}
		return false
	})
	return comments
}
