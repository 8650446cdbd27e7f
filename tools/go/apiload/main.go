// Command apiload puts load on a Kubernetes API server and says how it bore it. It reads one plan as JSON from standard
// input and writes one outcome as JSON to standard output. Requests are made by hand on TLS connections, because the
// generator shares the machine's cores with the server: it must cost little, and the same for every server.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"syscall"
)

// Plan says what to do. NAME in the path and the body is replaced by Prefix and a number, VALUE by another number.
type Plan struct {
	Mode        string `json:"mode"` // "requests", "watchers" or "latency"
	Address     string `json:"address"`
	CA          string `json:"ca"` // files
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
	Protocol    string `json:"protocol"` // "http/1.1" or "h2"
	Connections int    `json:"connections"`

	Method      string `json:"method"`
	Path        string `json:"path"`
	ContentType string `json:"contentType"`
	Body        string `json:"body"`
	Gzip        bool   `json:"gzip"`
	Prefix      string `json:"prefix"`
	First       int    `json:"first"`   // the number of the first name
	Objects     int    `json:"objects"` // how many names there are; 0: each request has its own
	Random      bool   `json:"random"`  // names in random order, not one after the other

	Seconds float64 `json:"seconds"` // ends after this long (0: never)
	Count   int     `json:"count"`   // ends after so many requests (0: never)

	Watchers  int    `json:"watchers"`
	WatchPath string `json:"watchPath"`
}

// Outcome is what was measured. Times are in milliseconds but for Seconds.
type Outcome struct {
	Requests int            `json:"requests"`
	Seconds  float64        `json:"seconds"`
	P50      float64        `json:"p50"`
	P99      float64        `json:"p99"`
	Max      float64        `json:"max"`
	Bytes    int64          `json:"bytes"`
	Events   int64          `json:"events"` // delivered to all watchers together
	CPU      float64        `json:"cpu"`    // seconds that this program took
	Failures map[string]int `json:"failures"`
	Example  string         `json:"example"` // the body of a failure
}

func main() {
	var plan Plan
	if err := json.NewDecoder(os.Stdin).Decode(&plan); err != nil {
		fail(fmt.Errorf("the plan cannot be read: %w", err))
	}
	modes := map[string]func(Plan) (Outcome, error){"requests": runRequests, "watchers": runWatchers, "latency": runLatency}
	run, known := modes[plan.Mode]
	if !known {
		fail(fmt.Errorf("there is no mode %q", plan.Mode))
	}
	outcome, err := run(plan)
	if err != nil {
		fail(err)
	}
	outcome.CPU = ownCPU()
	if err := json.NewEncoder(os.Stdout).Encode(outcome); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func ownCPU() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}
