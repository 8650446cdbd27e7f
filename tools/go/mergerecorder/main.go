// Runs scenarios of applies and updates through structured-merge-diff and prints what came of each step. One scenario a
// line on stdin, as a JSON array of steps; one line of results for each on stdout. tools/merges/record.ts makes both
// into the golden file of src/api/apply.
package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"sort"

	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
	"sigs.k8s.io/structured-merge-diff/v6/merge"
	"sigs.k8s.io/structured-merge-diff/v6/typed"
)

//go:embed schema.yaml
var schema string

const version = "v1"

type step struct {
	Operation string         `json:"operation"`
	Manager   string         `json:"manager"`
	Force     bool           `json:"force"`
	Object    map[string]any `json:"object"`
}

type result struct {
	Error     string                     `json:"error,omitempty"`
	Conflicts []string                   `json:"conflicts,omitempty"`
	Object    any                        `json:"object"`
	Managed   map[string]json.RawMessage `json:"managed"`
}

// oneVersion has nothing to convert.
type oneVersion struct{}

func (oneVersion) Convert(object *typed.TypedValue, _ fieldpath.APIVersion) (*typed.TypedValue, error) {
	return object, nil
}
func (oneVersion) IsMissingVersionError(error) bool { return false }

type scenario struct {
	kind    typed.ParseableType
	updater *merge.Updater
	live    *typed.TypedValue
	managed fieldpath.ManagedFields
}

func main() {
	parser, err := typed.NewParser(typed.YAMLObject(schema))
	check(err)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		var steps []step
		check(json.Unmarshal(lines.Bytes(), &steps))
		check(out.Encode(run(parser.Type("root"), steps)))
	}
	check(lines.Err())
}

func run(kind typed.ParseableType, steps []step) []result {
	live, err := kind.FromUnstructured(map[string]any{})
	check(err)
	builder := merge.UpdaterBuilder{Converter: oneVersion{}}
	state := scenario{kind, builder.BuildUpdater(), live, fieldpath.ManagedFields{}}
	results := []result{}
	for _, one := range steps {
		results = append(results, state.take(one))
	}
	return results
}

func (s *scenario) take(one step) result {
	res := result{Managed: map[string]json.RawMessage{}}
	if err := s.change(one); err != nil {
		if conflicts, ok := err.(merge.Conflicts); ok {
			for _, conflict := range conflicts {
				res.Conflicts = append(res.Conflicts, conflict.Manager+conflict.Path.String())
			}
			sort.Strings(res.Conflicts)
		} else {
			res.Error = err.Error()
		}
	}
	res.Object = s.live.AsValue().Unstructured()
	for manager, set := range s.managed {
		text, err := set.Set().ToJSON()
		check(err)
		res.Managed[manager] = text
	}
	return res
}

func (s *scenario) change(one step) error {
	if one.Operation == "apply" {
		config, err := s.kind.FromUnstructured(one.Object)
		if err != nil {
			return err
		}
		object, managed, err := s.updater.Apply(s.live, config, version, s.managed.Copy(), one.Manager, one.Force)
		if err != nil {
			return err
		}
		s.managed = managed
		if object != nil {
			s.live = object
		}
		return nil
	}
	object, err := s.kind.FromUnstructured(one.Object, typed.AllowDuplicates)
	if err != nil {
		return err
	}
	_, managed, err := s.updater.Update(s.live, object, version, s.managed.Copy(), one.Manager)
	if err != nil {
		return err
	}
	s.managed, s.live = managed, object
	return nil
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
