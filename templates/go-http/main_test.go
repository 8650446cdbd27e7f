package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
)

func TestServeFinishesTheRequestUnderWay(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ending, end := context.WithCancel(context.Background())
	defer end()
	// The request is under way when the server is asked to end, and it is answered after that.
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		end()
		for {
			connection, err := net.Dial("tcp", listener.Addr().String())
			if err != nil {
				break
			}
			connection.Close()
		}
		io.WriteString(w, "whole")
	})
	served := make(chan error, 1)
	go func() { served <- serve(ending, listener, handler) }()

	response, err := http.Get("http://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "whole" {
		t.Errorf("got %q, %v", body, err)
	}
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
}
