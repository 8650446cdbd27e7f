package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRoutes(t *testing.T) {
	for _, c := range []struct {
		method, target string
		status         int
		body           string
	}{
		{"GET", "/", http.StatusOK, `{"greeting":"Ahoy, world!"}`},
		{"GET", "/?name=Naru", http.StatusOK, `{"greeting":"Ahoy, Naru!"}`},
		{"GET", "/healthz", http.StatusOK, `{"ok":true}`},
		{"GET", "/secret", http.StatusNotFound, "404 page not found"},
		{"POST", "/", http.StatusMethodNotAllowed, "Method Not Allowed"},
	} {
		t.Run(c.method+" "+c.target, func(t *testing.T) {
			recorder := httptest.NewRecorder()
			routes("Ahoy").ServeHTTP(recorder, httptest.NewRequest(c.method, c.target, nil))
			if recorder.Code != c.status || strings.TrimSpace(recorder.Body.String()) != c.body {
				t.Errorf("got %d %s, want %d %s", recorder.Code, recorder.Body, c.status, c.body)
			}
		})
	}
}
