"""Real servers for the tests, each on 127.0.0.1 with ports, folder and log of its own.

    process     what all of them share: start, wait until ready, stop, kill -9, SIGSTOP, restart
    downloads   Kafka and the registry from Maven Central, hash-checked, kept in the cache
    java        a JVM of a wanted age
    kafka       Apache Kafka, KRaft, one node or three
    registry    Apicurio Registry with its Confluent-compatible API
    nginx       a fast origin of metadata
    origin      a slow or rude origin of metadata, scripted by the test
    prometheus  Prometheus that scrapes a worker
    worker      byline itself
    topics      writing and reading topics with confluent-kafka
    records     the worker's Avro records, decoded with fastavro
    arrivals    numbered events, and whether all came out in order
    stage       one test's topics, group and workers
    needed      what happens when a server cannot be had
"""
