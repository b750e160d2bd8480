// hamba/avro: one way to do one thing with one event in a process of its own, so that the garbage of one is not collected
// in another's time. The first line of the input is the schema, the second the payload in hex; each further line says how
// often, and is answered by the nanoseconds that it took.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/hamba/avro/v2"
	"github.com/modern-go/reflect2"
)

type orderEvent struct {
	OrderID       string  `avro:"orderId"`
	CustomerID    string  `avro:"customerId"`
	Type          string  `avro:"type"`
	Amount        []byte  `avro:"amount"`
	Currency      string  `avro:"currency"`
	Timestamp     int64   `avro:"timestamp"`
	CorrelationID *string `avro:"correlationId"`
}

type orderLine struct {
	SKU       string   `avro:"sku"`
	Title     string   `avro:"title"`
	Quantity  int32    `avro:"quantity"`
	UnitPrice []byte   `avro:"unitPrice"`
	Discount  *float64 `avro:"discount"`
}

type orderLinesEvent struct {
	OrderID       string            `avro:"orderId"`
	CustomerID    string            `avro:"customerId"`
	Type          string            `avro:"type"`
	Amount        []byte            `avro:"amount"`
	Currency      string            `avro:"currency"`
	Timestamp     int64             `avro:"timestamp"`
	CorrelationID *string           `avro:"correlationId"`
	Lines         []orderLine       `avro:"lines"`
	Attributes    map[string]string `avro:"attributes"`
}

type telemetryEvent struct {
	DeviceID  string    `avro:"deviceId"`
	Site      string    `avro:"site"`
	Timestamp int64     `avro:"timestamp"`
	Sequence  int64     `avro:"sequence"`
	Samples   []float64 `avro:"samples"`
	Quality   []int32   `avro:"quality"`
	Status    string    `avro:"status"`
}

// Where results go, so that they are made.
var sink any

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	next := func() string {
		lines.Scan()
		return lines.Text()
	}
	schema := avro.MustParse(next())
	payload, err := hex.DecodeString(next())
	check(err)
	var once func()
	switch event := os.Args[2]; event {
	case "order_small":
		once = work[orderEvent](os.Args[1], schema, payload)
	case "order_lines":
		once = work[orderLinesEvent](os.Args[1], schema, payload)
	case "telemetry":
		once = work[telemetryEvent](os.Args[1], schema, payload)
	default:
		panic(event)
	}
	for lines.Scan() {
		count, err := strconv.Atoi(lines.Text())
		check(err)
		started := time.Now()
		for range count {
			once()
		}
		fmt.Println(time.Since(started).Nanoseconds())
	}
}

func work[T any](what string, schema avro.Schema, payload []byte) func() {
	api := avro.Config{DisableBlockSizeHeader: true}.Freeze()
	pointer := reflect2.TypeOf((*T)(nil))
	encoder, decoder := api.EncoderOf(schema, pointer), api.DecoderOf(schema, pointer)
	reader := avro.NewReader(nil, 0, avro.WithReaderConfig(api))
	writer := avro.NewWriter(nil, 4096, avro.WithWriterConfig(api))
	decode := func(value *T) {
		reader.Reset(payload)
		decoder.Decode(reflect2.PtrOf(value), reader)
	}
	encode := func(value *T) {
		writer.Reset(nil)
		encoder.Encode(reflect2.PtrOf(value), writer)
	}
	value := new(T)
	decode(value)
	check(reader.Error)
	encode(value)
	check(writer.Error)
	// Its maps have no order.
	if written := writer.Buffer(); len(written) != len(payload) || !bytes.HasPrefix(payload, written[:8]) {
		panic("written otherwise: " + hex.EncodeToString(written))
	}
	switch what {
	case "encode":
		return func() { encode(value) }
	case "new":
		return func() {
			value := new(T)
			decode(value)
			sink = value
		}
	case "reused":
		return func() { decode(value) }
	default:
		panic(what)
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
