package store_test

import (
	"context"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"cadastre/internal/pg"
	"cadastre/internal/pgtest"
	"cadastre/registry/store/migrations"
)

var update = flag.Bool("update", false, "rewrite schema.sql")

// TestEveryStatementPrepares finds every SQL constant of the package and has
// PostgreSQL parse and plan it against the migrated schema.
func TestEveryStatementPrepares(t *testing.T) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, pgtest.New(t, migrations.FS))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	statements := sqlConstants(t)
	if len(statements) < 60 {
		t.Fatalf("only %d statements found", len(statements))
	}
	for name, sql := range statements {
		if name == "sqlBegin" || name == "sqlCommit" || name == "sqlRollback" || name == "sqlWholeTables" {
			continue
		}
		if _, err := conn.Prepare(ctx, name, sql); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// sqlConstants returns the values of all string constants of the package whose
// names begin with sql, and fails on SQL that is passed any other way.
func sqlConstants(t *testing.T) map[string]string {
	t.Helper()
	fset := token.NewFileSet()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	exprs := map[string]ast.Expr{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				for i, id := range spec.Names {
					if i < len(spec.Values) {
						exprs[id.Name] = spec.Values[i]
					}
				}
			}
			if call, ok := n.(*ast.CallExpr); ok {
				if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
					switch sel.Sel.Name {
					case "Query", "QueryRow", "Exec", "Queue":
						for _, a := range call.Args {
							if lit, ok := a.(*ast.BasicLit); ok && lit.Kind == token.STRING {
								t.Errorf("%s: SQL must be a constant named sql…", fset.Position(lit.Pos()))
							}
						}
					}
				}
			}
			return true
		})
	}
	var eval func(ast.Expr) (string, bool)
	eval = func(e ast.Expr) (string, bool) {
		switch e := e.(type) {
		case *ast.BasicLit:
			s, err := strconv.Unquote(e.Value)
			return s, err == nil && e.Kind == token.STRING
		case *ast.Ident:
			if x, ok := exprs[e.Name]; ok {
				return eval(x)
			}
		case *ast.BinaryExpr:
			l, ok1 := eval(e.X)
			r, ok2 := eval(e.Y)
			return l + r, ok1 && ok2
		}
		return "", false
	}
	out := map[string]string{}
	for name, e := range exprs {
		if strings.HasPrefix(name, "sql") {
			s, ok := eval(e)
			if !ok {
				t.Errorf("%s is not a constant string", name)
			}
			out[name] = s
		}
	}
	return out
}

// TestSchemaFile holds schema.sql, the picture of the database a reader opens,
// against what the migrations make.
func TestSchemaFile(t *testing.T) {
	bin, err := pg.Find(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	got, err := pg.DumpSchema(context.Background(), bin, pgtest.New(t, migrations.FS))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.sql", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("schema.sql is not what the migrations make; run go test ./registry/store -run TestSchemaFile -update")
	}
}
