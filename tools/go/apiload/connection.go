package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// Request is one request with everything filled in.
type Request struct {
	Method, Path, ContentType string
	Body                      []byte
	Gzip                      bool
}

// Connection carries one request at a time.
type Connection interface {
	// Send gives the status and the length of the body as it came; sink sees the body when it is not nil.
	Send(request *Request, sink func([]byte)) (status int, length int64, err error)
	Close()
}

func tlsConfig(plan Plan) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(plan.Certificate, plan.Key)
	if err != nil {
		return nil, err
	}
	pem, err := os.ReadFile(plan.CA)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New("the authority's file holds no certificate")
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: roots, NextProtos: []string{plan.Protocol}}, nil
}

func dial(plan Plan, config *tls.Config) (Connection, error) {
	socket, err := tls.Dial("tcp", plan.Address, config)
	if err != nil {
		return nil, err
	}
	agreed := socket.ConnectionState().NegotiatedProtocol
	if agreed != plan.Protocol {
		socket.Close()
		return nil, fmt.Errorf("asked for %s, the server chose %q", plan.Protocol, agreed)
	}
	if plan.Protocol == "h2" {
		return openHTTP2(socket, plan.Address)
	}
	return openHTTP1(socket, plan.Address), nil
}

func dialAll(plan Plan, count int) ([]Connection, error) {
	config, err := tlsConfig(plan)
	if err != nil {
		return nil, err
	}
	connections := make([]Connection, 0, count)
	for len(connections) < count {
		connection, err := dial(plan, config)
		if err != nil {
			return nil, err
		}
		connections = append(connections, connection)
	}
	return connections, nil
}
