// A small web server on the standard library. It answers on the port it is given, and ends well when it is asked to.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ending, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ending); err != nil {
		slog.Error(err.Error())
		os.Exit(1)
	}
}

// run opens the port and serves until the context ends.
func run(ending context.Context) error {
	listener, err := net.Listen("tcp", ":"+valueOr(os.Getenv("PORT"), "8080"))
	if err != nil {
		return fmt.Errorf("opening the port: %w", err)
	}
	slog.Info("listening", "address", listener.Addr().String())
	return serve(ending, listener, routes(valueOr(os.Getenv("GREETING"), "Hello")))
}

// serve answers until the context ends, then finishes the requests under way, for as long as a pod is given.
func serve(ending context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ending.Done():
	}
	slog.Info("ending")
	deadline, cancel := context.WithTimeout(context.Background(), 25*time.Second)
	defer cancel()
	if err := server.Shutdown(deadline); err != nil {
		return fmt.Errorf("requests were cut off: %w", err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func valueOr(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
