//! What services are called: container images, the packages that talk to
//! them, and the packages that stand in for them. Data.

/// Parts of an image's last name and the service.
const BY_IMAGE: [(&str, &str); 35] = [
    ("postgres", "postgres"),
    ("postgis", "postgres"),
    ("pgvector", "postgres"),
    ("timescaledb", "postgres"),
    ("mysql", "mysql"),
    ("percona", "mysql"),
    ("mariadb", "mariadb"),
    ("redis", "redis"),
    ("valkey", "redis"),
    ("keydb", "redis"),
    ("mongo", "mongodb"),
    ("elasticsearch", "elasticsearch"),
    ("opensearch", "opensearch"),
    ("rabbitmq", "rabbitmq"),
    ("kafka", "kafka"),
    ("redpanda", "kafka"),
    ("memcached", "memcached"),
    ("localstack", "localstack"),
    ("minio", "minio"),
    ("clickhouse", "clickhouse"),
    ("mssql", "mssql"),
    ("azure-sql", "mssql"),
    ("cockroach", "cockroachdb"),
    ("neo4j", "neo4j"),
    ("nats", "nats"),
    ("etcd", "etcd"),
    ("cassandra", "cassandra"),
    ("scylla", "cassandra"),
    ("dynamodb", "dynamodb"),
    ("azurite", "azurite"),
    ("keycloak", "keycloak"),
    ("selenium", "chrome"),
    ("browserless", "chrome"),
    ("standalone-chrome", "chrome"),
    ("chromium", "chrome"),
];

/// Packages that talk to a service, and the service.
pub(super) const CLIENTS: [(&str, &str); 22] = [
    ("pg", "postgres"),
    ("pg-promise", "postgres"),
    ("postgres", "postgres"),
    ("mysql", "mysql"),
    ("mysql2", "mysql"),
    ("mariadb", "mariadb"),
    ("redis", "redis"),
    ("ioredis", "redis"),
    ("mongodb", "mongodb"),
    ("mongoose", "mongodb"),
    ("kafkajs", "kafka"),
    ("node-rdkafka", "kafka"),
    ("amqplib", "rabbitmq"),
    ("@elastic/elasticsearch", "elasticsearch"),
    ("@opensearch-project/opensearch", "opensearch"),
    ("memjs", "memcached"),
    ("memcached", "memcached"),
    ("@clickhouse/client", "clickhouse"),
    ("mssql", "mssql"),
    ("neo4j-driver", "neo4j"),
    ("nats", "nats"),
    ("cassandra-driver", "cassandra"),
];

/// Packages that run or imitate a service inside of the tests.
pub(super) const STAND_INS: [(&str, &str); 10] = [
    ("mongodb-memory-server", "mongodb"),
    ("mongodb-memory-server-core", "mongodb"),
    ("mockgoose", "mongodb"),
    ("pg-mem", "postgres"),
    ("@electric-sql/pglite", "postgres"),
    ("embedded-postgres", "postgres"),
    ("ioredis-mock", "redis"),
    ("redis-mock", "redis"),
    ("redis-memory-server", "redis"),
    ("mysql-memory-server", "mysql"),
];

/// Packages that start Chrome in tests, with the start of the name of their
/// configuration file.
pub(super) const BROWSERS: [(&str, &str); 6] = [
    ("@playwright/test", "playwright.config."),
    ("cypress", "cypress.config."),
    ("karma", "karma.conf"),
    ("@web/test-runner", "web-test-runner.config."),
    ("webdriverio", "wdio.conf."),
    ("nightwatch", "nightwatch.conf."),
];

/// Packages that drive a browser from any script; a test that loads one needs
/// it.
pub(super) const DRIVERS: [&str; 4] =
    ["puppeteer", "puppeteer-core", "selenium-webdriver", "playwright"];

/// The service of a container image that is known.
pub(super) fn of_image(image: &str) -> Option<&'static str> {
    let image = image.to_lowercase();
    let path = image.split('@').next().unwrap_or_default();
    // The tag follows the last colon behind the last slash.
    let last = path.rsplit('/').next().unwrap_or_default();
    let name = last.split(':').next().unwrap_or_default();
    // `mcr.microsoft.com/mssql/server` says it in the folder.
    let name = if matches!(name, "server" | "db") { path } else { name };
    let known = BY_IMAGE.iter().find(|(part, _)| name.contains(part));
    // An exporter or a user interface of a service is not the service.
    let is_aside = ["exporter", "admin", "-ui", "commander", "express", "backup"];
    known.filter(|_| !is_aside.iter().any(|word| name.contains(word))).map(|(_, service)| *service)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_say_what_they_are() {
        let cases = [
            ("postgres:16-alpine", Some("postgres")),
            ("public.ecr.aws/docker/library/redis", Some("redis")),
            ("localhost:5000/mongo@sha256:0", Some("mongodb")),
            ("confluentinc/cp-kafka:7", Some("kafka")),
            ("mcr.microsoft.com/mssql/server:2022-latest", Some("mssql")),
            ("mongo-express", None),
            ("node:20", None),
            ("", None),
        ];
        for (image, expected) in cases {
            assert_eq!(of_image(image), expected, "{image}");
        }
    }
}
