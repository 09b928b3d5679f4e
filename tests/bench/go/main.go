// The worker that a team would write itself in Go, tuned: as many goroutines as lookups in flight,
// one shared transport, typed JSON, a compiled schema, asynchronous produce.
//
// It keeps no order, retries nothing and commits what it has polled, finished or not.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/hamba/avro/v2"
	"github.com/twmb/franz-go/pkg/kgo"
)

type event struct {
	ID    string `json:"event_id"`
	Title string `json:"title"`
}

type answer struct {
	Section  string   `json:"section"`
	Keywords []string `json:"keywords"`
	License  string   `json:"license"`
	Rank     int      `json:"rank"`
}

type record struct {
	EventID         string            `avro:"event_id"`
	ArticleID       string            `avro:"article_id"`
	SourceURL       *string           `avro:"source_url"`
	Title           *string           `avro:"title"`
	Publisher       *string           `avro:"publisher"`
	Language        *string           `avro:"language"`
	Section         *string           `avro:"section"`
	Tags            []string          `avro:"tags"`
	License         *string           `avro:"license"`
	Status          string            `avro:"status"`
	EnrichedAt      int64             `avro:"enriched_at"`
	EnricherVersion string            `avro:"enricher_version"`
	Extra           map[string]string `avro:"extra"`
}

type worker struct {
	kafka  *kgo.Client
	http   *http.Client
	schema avro.Schema
	url    string // the event's id is put behind it
}

func (w *worker) lookUp(id string) (answer, error) {
	var found answer
	response, err := w.http.Get(w.url + id)
	if err != nil {
		return found, err
	}
	defer response.Body.Close()
	err = json.NewDecoder(response.Body).Decode(&found)
	return found, err
}

func (w *worker) enrich(input *kgo.Record) ([]byte, error) {
	var in event
	if err := json.Unmarshal(input.Value, &in); err != nil {
		return nil, err
	}
	found, err := w.lookUp(in.ID)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256([]byte(in.ID))
	return avro.Marshal(w.schema, record{
		EventID:         in.ID,
		ArticleID:       hex.EncodeToString(digest[:]),
		Title:           &in.Title,
		Section:         &found.Section,
		Tags:            found.Keywords,
		License:         &found.License,
		Status:          "OK",
		EnrichedAt:      time.Now().UnixMilli(),
		EnricherVersion: "go",
		Extra:           map[string]string{"rank": strconv.Itoa(found.Rank)},
	})
}

func (w *worker) work(inputs <-chan *kgo.Record, done *sync.WaitGroup) {
	defer done.Done()
	for input := range inputs {
		value, err := w.enrich(input)
		if err != nil {
			log.Fatal(err)
		}
		w.kafka.Produce(context.Background(), &kgo.Record{Key: input.Key, Value: value},
			func(_ *kgo.Record, err error) {
				if err != nil {
					log.Fatal(err)
				}
			})
	}
}

func newWorker(inFlight int) *worker {
	kafka, err := kgo.NewClient(
		kgo.SeedBrokers(os.Getenv("BENCH_BROKERS")),
		kgo.ConsumerGroup(os.Getenv("BENCH_GROUP")),
		kgo.ConsumeTopics(os.Getenv("BENCH_SOURCE")),
		kgo.DefaultProduceTopic(os.Getenv("BENCH_OUTPUT")),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.ProducerLinger(5*time.Millisecond),
		kgo.MaxBufferedRecords(100_000),
		kgo.ProducerBatchCompression(kgo.NoCompression()),
	)
	if err != nil {
		log.Fatal(err)
	}
	schema, err := os.ReadFile(os.Getenv("BENCH_SCHEMA"))
	if err != nil {
		log.Fatal(err)
	}
	transport := &http.Transport{
		MaxIdleConns:        inFlight,
		MaxIdleConnsPerHost: inFlight,
		DisableCompression:  true,
	}
	return &worker{
		kafka:  kafka,
		http:   &http.Client{Transport: transport, Timeout: 30 * time.Second},
		schema: avro.MustParse(string(schema)),
		url:    os.Getenv("BENCH_URL"),
	}
}

func main() {
	debug.SetGCPercent(400)
	inFlight, err := strconv.Atoi(os.Getenv("BENCH_IN_FLIGHT"))
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	w := newWorker(inFlight)
	inputs := make(chan *kgo.Record, 4096)
	var done sync.WaitGroup
	done.Add(inFlight)
	for i := 0; i < inFlight; i++ {
		go w.work(inputs, &done)
	}
	for ctx.Err() == nil {
		w.kafka.PollFetches(ctx).EachRecord(func(input *kgo.Record) { inputs <- input })
	}
	close(inputs)
	done.Wait()
	w.kafka.Close()
}
