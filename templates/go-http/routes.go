package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
)

// routes has what is answered, apart from how it travels.
func routes(greeting string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		name := valueOr(r.URL.Query().Get("name"), "world")
		answer(w, http.StatusOK, map[string]string{"greeting": greeting + ", " + name + "!"})
	})
	// Whoever gets this answer has come through all there is: there is nothing behind the server yet. What the app
	// cannot do without, a database say, is to be asked here.
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]bool{"ok": true})
	})
	return mux
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		slog.Warn("the answer did not get through", "error", err)
	}
}
