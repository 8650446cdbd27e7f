package main

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// template is a text with places for NAME and VALUE.
type template []string

func newTemplate(text string) template {
	return strings.Split(strings.NewReplacer("NAME", "\x00N\x00", "VALUE", "\x00V\x00").Replace(text), "\x00")
}

func (t template) fill(out []byte, name, value string) []byte {
	for _, part := range t {
		switch part {
		case "N":
			out = append(out, name...)
		case "V":
			out = append(out, value...)
		default:
			out = append(out, part...)
		}
	}
	return out
}

// requestMaker numbers the requests of all connections.
type requestMaker struct {
	plan       Plan
	path, body template
	next       atomic.Int64
	deadline   time.Time
}

func newRequestMaker(plan Plan) *requestMaker {
	maker := &requestMaker{plan: plan, path: newTemplate(plan.Path), body: newTemplate(plan.Body)}
	if plan.Seconds > 0 {
		maker.deadline = time.Now().Add(time.Duration(plan.Seconds * float64(time.Second)))
	}
	return maker
}

// fill makes the next request; false when there is none to come.
func (m *requestMaker) fill(request *Request) bool {
	number := m.next.Add(1) - 1
	if m.plan.Count > 0 && number >= int64(m.plan.Count) {
		return false
	}
	if !m.deadline.IsZero() && !time.Now().Before(m.deadline) {
		return false
	}
	of := number
	if m.plan.Random {
		of = rand.Int64N(int64(m.plan.Objects))
	} else if m.plan.Objects > 0 {
		of = number % int64(m.plan.Objects)
	}
	name, value := m.plan.Prefix+strconv.FormatInt(of+int64(m.plan.First), 10), strconv.FormatInt(number, 10)
	request.Method, request.ContentType, request.Gzip = m.plan.Method, m.plan.ContentType, m.plan.Gzip
	request.Path = string(m.path.fill(nil, name, value))
	request.Body = m.body.fill(request.Body[:0], name, value)
	return true
}

// tally is what one connection saw.
type tally struct {
	times    []time.Duration
	bytes    int64
	failures map[string]int
	example  string
}

func (t *tally) failed(what, example string) {
	if t.failures == nil {
		t.failures = map[string]int{}
	}
	t.failures[what]++
	t.example = example
}

func work(connection Connection, maker *requestMaker) *tally {
	seen := &tally{times: make([]time.Duration, 0, 1<<16)}
	var request Request
	var start []byte // of the body: enough to say what a failure was
	sink := func(part []byte) { start = append(start, part[:min(len(part), 500-min(500, len(start)))]...) }
	for maker.fill(&request) {
		start = start[:0]
		began := time.Now()
		status, length, err := connection.Send(&request, sink)
		if err != nil {
			seen.failed("connection", err.Error())
			return seen
		}
		seen.times = append(seen.times, time.Since(began))
		seen.bytes += length
		if status >= 300 {
			seen.failed(strconv.Itoa(status), string(start))
		}
	}
	return seen
}

func runRequests(plan Plan) (Outcome, error) {
	connections, err := dialAll(plan, plan.Connections)
	if err != nil {
		return Outcome{}, err
	}
	began := time.Now()
	tallies := sendAll(connections, newRequestMaker(plan))
	return summary(tallies, time.Since(began)), nil
}

func sendAll(connections []Connection, maker *requestMaker) []*tally {
	tallies := make([]*tally, len(connections))
	var workers sync.WaitGroup
	for i, connection := range connections {
		workers.Add(1)
		go func() {
			defer workers.Done()
			tallies[i] = work(connection, maker)
		}()
	}
	workers.Wait()
	return tallies
}

func summary(tallies []*tally, took time.Duration) Outcome {
	outcome := Outcome{Seconds: took.Seconds(), Failures: map[string]int{}}
	var times []time.Duration
	for _, one := range tallies {
		times = append(times, one.times...)
		outcome.Bytes += one.bytes
		for what, count := range one.failures {
			outcome.Failures[what] += count
			outcome.Example = one.example
		}
	}
	outcome.Requests = len(times)
	outcome.spread(times)
	return outcome
}

func (o *Outcome) spread(times []time.Duration) {
	if len(times) == 0 {
		return
	}
	slices.Sort(times)
	at := func(part float64) float64 {
		return float64(times[min(len(times)-1, int(part*float64(len(times))))]) / float64(time.Millisecond)
	}
	o.P50, o.P99, o.Max = at(0.5), at(0.99), at(1)
}
