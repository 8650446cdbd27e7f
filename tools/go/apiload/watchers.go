package main

import (
	"bytes"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// The longest that watchers wait for what was written.
const patience = 120 * time.Second

// openWatch keeps a watch on a connection; count is told of each arrival how many events came. It returns when the
// server ends the watch, with the reason and what was said last.
func openWatch(connection Connection, path string, count func(int)) error {
	var last []byte
	status, _, err := connection.Send(&Request{Method: "GET", Path: path}, func(part []byte) {
		last = append(last[:0], part[max(0, len(part)-500):]...)
		if events := bytes.Count(part, []byte{'\n'}); events > 0 {
			count(events)
		}
	})
	return fmt.Errorf("the server ended a watch: status %d, %v, after %q", status, err, last)
}

// runWatchers makes Count writes and waits until each of the watchers has been told of each.
func runWatchers(plan Plan) (Outcome, error) {
	watching, err := dialAll(plan, plan.Watchers)
	if err != nil {
		return Outcome{}, err
	}
	writing, err := dialAll(plan, plan.Connections)
	if err != nil {
		return Outcome{}, err
	}
	var delivered atomic.Int64
	done := make(chan struct{})
	all := int64(plan.Count) * int64(plan.Watchers)
	ended := make(chan error, len(watching))
	for _, connection := range watching {
		go func() {
			ended <- openWatch(connection, plan.WatchPath, func(events int) {
				if delivered.Add(int64(events)) == all {
					close(done)
				}
			})
		}()
	}
	settle()
	if early := delivered.Load(); early != 0 {
		return Outcome{}, fmt.Errorf("%d events came before anything was written", early)
	}
	began := time.Now()
	tallies := sendAll(writing, newRequestMaker(plan))
	select {
	case <-done:
	case err := <-ended:
		return Outcome{}, err
	case <-time.After(patience):
		return Outcome{}, fmt.Errorf("%d of %d events were delivered in %s", delivered.Load(), all, patience)
	}
	outcome := summary(tallies, time.Since(began))
	outcome.Events = delivered.Load()
	return outcome, nil
}

// settle gives the server time to start the watches: nothing tells a client that a watch without events has begun.
func settle() { time.Sleep(1500 * time.Millisecond) }

// runLatency makes Count writes one after the other, a while apart, and takes the time from each until its event.
func runLatency(plan Plan) (Outcome, error) {
	connections, err := dialAll(plan, 2)
	if err != nil {
		return Outcome{}, err
	}
	arrived := make(chan time.Time, 16)
	go func() { _ = openWatch(connections[0], plan.WatchPath, func(int) { arrived <- time.Now() }) }()
	settle()
	maker := newRequestMaker(plan)
	began := time.Now()
	var request Request
	var times []time.Duration
	for maker.fill(&request) {
		answered := make(chan error, 1)
		sent := time.Now()
		go func() { answered <- sendOne(connections[1], &request) }()
		select {
		case at := <-arrived:
			times = append(times, at.Sub(sent))
		case <-time.After(patience):
			return Outcome{}, errors.New("no event came")
		}
		if err := <-answered; err != nil {
			return Outcome{}, err
		}
		time.Sleep(2 * time.Millisecond)
	}
	outcome := Outcome{Requests: len(times), Seconds: time.Since(began).Seconds(), Failures: map[string]int{}}
	outcome.spread(times)
	return outcome, nil
}

func sendOne(connection Connection, request *Request) error {
	status, _, err := connection.Send(request, nil)
	if err == nil && status >= 300 {
		err = fmt.Errorf("a write was answered %d", status)
	}
	return err
}
