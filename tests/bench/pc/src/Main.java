import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Confluent's Parallel Consumer in KEY order with java.net.http: the answer's bytes go out as they
 * came. One thread a lookup in flight, as its API wants it. No JSON, no Avro.
 */
public final class Main {
    private static final int ID_LENGTH = 8;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url = env("BENCH_URL");

    public static void main(String[] arguments) throws InterruptedException {
        new Main().run();
    }

    private void run() throws InterruptedException {
        String output = env("BENCH_OUTPUT");
        var processor = ParallelStreamProcessor.createEosStreamProcessor(options());
        processor.subscribe(List.of(env("BENCH_SOURCE")));
        processor.pollAndProduce(
                context -> new ProducerRecord<>(output, context.key(), lookUp(context.value())));
        new CountDownLatch(1).await();
    }

    private static ParallelConsumerOptions<byte[], byte[]> options() {
        var consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers", env("BENCH_BROKERS"),
                                "group.id", env("BENCH_GROUP"),
                                "auto.offset.reset", "earliest",
                                "enable.auto.commit", "false"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", env("BENCH_BROKERS"), "linger.ms", "5"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        return ParallelConsumerOptions.<byte[], byte[]>builder()
                .ordering(ProcessingOrder.KEY)
                .maxConcurrency(Integer.parseInt(env("BENCH_IN_FLIGHT")))
                .consumer(consumer)
                .producer(producer)
                .build();
    }

    private byte[] lookUp(byte[] event) {
        var request = HttpRequest.newBuilder(URI.create(url + eventId(event))).build();
        try {
            return http.send(request, BodyHandlers.ofByteArray()).body();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The event_id of our own generator's events: the string behind the first colon. */
    private static String eventId(byte[] event) {
        int at = 0;
        while (event[at] != ':') at++;
        while (event[at] != '"') at++;
        return new String(event, at + 1, ID_LENGTH, java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static String env(String name) {
        String value = System.getenv(name);
        if (value == null) throw new IllegalArgumentException(name + " is not set");
        return value;
    }
}
