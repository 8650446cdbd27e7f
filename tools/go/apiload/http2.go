package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strconv"

	"golang.org/x/net/http2/hpack"
)

const (
	frameData         = 0
	frameHeaders      = 1
	frameReset        = 3
	frameSettings     = 4
	framePing         = 6
	frameGoAway       = 7
	frameWindowUpdate = 8
	frameContinuation = 9

	flagEndStream  = 1
	flagAck        = 1
	flagEndHeaders = 4
	flagPadded     = 8

	greatWindow = 1<<31 - 1
	// A window is filled up again after so much of it was used.
	refillAfter = 1 << 30
	// No larger frame is sent, nor asked for: the protocol's default.
	maxFrame = 16 << 10
)

// http2 has one stream open at a time. Servers never run out of window; what they allow us is more than any body here.
type http2 struct {
	socket   net.Conn
	reader   *bufio.Reader
	host     string
	encoder  *hpack.Encoder
	block    bytes.Buffer
	decoder  *hpack.Decoder
	status   int
	out      []byte
	payload  []byte
	stream   uint32
	received int64
}

func openHTTP2(socket net.Conn, host string) (*http2, error) {
	c := &http2{socket: socket, reader: bufio.NewReaderSize(socket, 64<<10), host: host, stream: 1}
	c.encoder = hpack.NewEncoder(&c.block)
	c.decoder = hpack.NewDecoder(4096, func(field hpack.HeaderField) {
		if field.Name == ":status" {
			c.status, _ = strconv.Atoi(field.Value)
		}
	})
	out := []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	settings := []byte{0, 2, 0, 0, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff} // no pushes; great windows
	out = append(frameHead(out, len(settings), frameSettings, 0, 0), settings...)
	out = binary.BigEndian.AppendUint32(frameHead(out, 4, frameWindowUpdate, 0, 0), greatWindow-65535)
	_, err := socket.Write(out)
	return c, err
}

func (c *http2) Close() { c.socket.Close() }

func frameHead(out []byte, length int, kind, flags byte, stream uint32) []byte {
	out = append(out, byte(length>>16), byte(length>>8), byte(length), kind, flags)
	return binary.BigEndian.AppendUint32(out, stream)
}

func (c *http2) Send(request *Request, sink func([]byte)) (int, int64, error) {
	stream := c.stream
	c.stream += 2
	if _, err := c.socket.Write(c.frames(request, stream)); err != nil {
		return 0, 0, err
	}
	var total int64
	for {
		kind, flags, of, payload, err := c.frame()
		if err != nil {
			return 0, 0, err
		}
		if kind == frameReset && of == stream {
			return 0, 0, fmt.Errorf("the server reset the stream: %x", payload)
		}
		if of != stream {
			continue
		}
		if kind == frameData {
			total += int64(len(payload))
			if sink != nil {
				sink(payload)
			}
		}
		if (kind == frameData || kind == frameHeaders) && flags&flagEndStream != 0 {
			return c.status, total, nil
		}
	}
}

func (c *http2) frames(request *Request, stream uint32) []byte {
	c.block.Reset()
	field := func(name, value string) { _ = c.encoder.WriteField(hpack.HeaderField{Name: name, Value: value}) }
	field(":method", request.Method)
	field(":scheme", "https")
	field(":authority", c.host)
	_ = c.encoder.WriteField(hpack.HeaderField{Name: ":path", Value: request.Path, Sensitive: true}) // not indexed
	field("user-agent", "apiload")
	field("accept", "application/json")
	if request.Gzip {
		field("accept-encoding", "gzip")
	}
	flags := byte(flagEndHeaders | flagEndStream)
	if len(request.Body) > 0 {
		flags = flagEndHeaders
		field("content-type", request.ContentType)
		field("content-length", strconv.Itoa(len(request.Body)))
	}
	c.out = append(frameHead(c.out[:0], c.block.Len(), frameHeaders, flags, stream), c.block.Bytes()...)
	for body := request.Body; len(body) > 0; {
		part := body[:min(len(body), maxFrame)]
		body = body[len(part):]
		flags = 0
		if len(body) == 0 {
			flags = flagEndStream
		}
		c.out = append(frameHead(c.out, len(part), frameData, flags, stream), part...)
	}
	return c.out
}

// frame reads the next frame and answers those of the connection.
func (c *http2) frame() (kind, flags byte, stream uint32, payload []byte, err error) {
	var head [9]byte
	if _, err = io.ReadFull(c.reader, head[:]); err != nil {
		return
	}
	length := int(head[0])<<16 | int(head[1])<<8 | int(head[2])
	kind, flags, stream = head[3], head[4], binary.BigEndian.Uint32(head[5:])&^(1<<31)
	if cap(c.payload) < length {
		c.payload = make([]byte, length)
	}
	payload = c.payload[:length]
	if _, err = io.ReadFull(c.reader, payload); err != nil {
		return
	}
	return kind, flags, stream, payload, c.note(kind, flags, stream, payload)
}

func (c *http2) note(kind, flags byte, stream uint32, payload []byte) error {
	switch kind {
	case frameHeaders, frameContinuation:
		if flags&flagPadded != 0 {
			return fmt.Errorf("padded headers")
		}
		_, err := c.decoder.Write(payload)
		return err
	case frameData:
		if c.received += int64(len(payload)); c.received < refillAfter {
			return nil
		}
		// Streams are short or, as watches, far below their window; the connection's is what fills.
		out := binary.BigEndian.AppendUint32(frameHead(nil, 4, frameWindowUpdate, 0, 0), uint32(c.received))
		out = binary.BigEndian.AppendUint32(frameHead(out, 4, frameWindowUpdate, 0, stream), uint32(c.received))
		c.received = 0
		_, err := c.socket.Write(out)
		return err
	case frameSettings:
		if flags&flagAck != 0 {
			return nil
		}
		_, err := c.socket.Write(frameHead(nil, 0, frameSettings, flagAck, 0))
		return err
	case framePing:
		if flags&flagAck != 0 {
			return nil
		}
		_, err := c.socket.Write(append(frameHead(nil, len(payload), framePing, flagAck, 0), payload...))
		return err
	case frameGoAway:
		return fmt.Errorf("the server said goodbye: %q", payload)
	}
	return nil
}
