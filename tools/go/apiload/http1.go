package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"strconv"
)

// http1 speaks as much of HTTP/1.1 as API servers answer with: lengths and chunks.
type http1 struct {
	socket  net.Conn
	reader  *bufio.Reader
	fixed   string
	out     []byte
	discard []byte
}

func openHTTP1(socket net.Conn, host string) *http1 {
	fixed := " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: apiload\r\nAccept: application/json\r\n"
	return &http1{socket: socket, reader: bufio.NewReaderSize(socket, 64<<10), fixed: fixed, discard: make([]byte, 64<<10)}
}

func (c *http1) Close() { c.socket.Close() }

func (c *http1) Send(request *Request, sink func([]byte)) (int, int64, error) {
	c.write(request)
	if _, err := c.socket.Write(c.out); err != nil {
		return 0, 0, err
	}
	status, length, chunked, err := c.head()
	if err != nil {
		return 0, 0, err
	}
	if chunked {
		length, err = c.chunks(sink)
	} else {
		err = c.take(length, sink)
	}
	return status, length, err
}

func (c *http1) write(request *Request) {
	out := append(c.out[:0], request.Method...)
	out = append(out, ' ')
	out = append(out, request.Path...)
	out = append(out, c.fixed...)
	if request.Gzip {
		out = append(out, "Accept-Encoding: gzip\r\n"...)
	}
	if len(request.Body) > 0 {
		out = append(out, "Content-Type: "...)
		out = append(out, request.ContentType...)
		out = append(out, "\r\nContent-Length: "...)
		out = strconv.AppendInt(out, int64(len(request.Body)), 10)
		out = append(out, "\r\n"...)
	}
	out = append(out, "\r\n"...)
	c.out = append(out, request.Body...)
}

var (
	contentLength    = []byte("content-length:")
	transferEncoding = []byte("transfer-encoding:")
)

func (c *http1) head() (status int, length int64, chunked bool, err error) {
	line, err := c.reader.ReadSlice('\n')
	if err != nil {
		return 0, 0, false, err
	}
	if len(line) < 12 {
		return 0, 0, false, errors.New("no status line: " + string(line))
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, false, err
	}
	for {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return 0, 0, false, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return status, length, chunked, nil
		}
		if value, found := field(line, contentLength); found {
			if length, err = strconv.ParseInt(string(value), 10, 64); err != nil {
				return 0, 0, false, err
			}
		} else if _, found := field(line, transferEncoding); found {
			chunked = true
		}
	}
}

func field(line, name []byte) ([]byte, bool) {
	if len(line) < len(name) || !bytes.EqualFold(line[:len(name)], name) {
		return nil, false
	}
	return bytes.TrimSpace(line[len(name):]), true
}

func (c *http1) chunks(sink func([]byte)) (total int64, err error) {
	for {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return total, err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 64)
		if err != nil {
			return total, err
		}
		if err := c.take(size, sink); err != nil {
			return total, err
		}
		if _, err := c.reader.Discard(2); err != nil {
			return total, err
		}
		if size == 0 {
			return total, nil
		}
		total += size
	}
}

func (c *http1) take(length int64, sink func([]byte)) error {
	for length > 0 {
		part := c.discard
		if int64(len(part)) > length {
			part = part[:length]
		}
		read, err := c.reader.Read(part)
		if read > 0 && sink != nil {
			sink(part[:read])
		}
		length -= int64(read)
		if err != nil && (err != io.EOF || length > 0) {
			return err
		}
	}
	return nil
}
