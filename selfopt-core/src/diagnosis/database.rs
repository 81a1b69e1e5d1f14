//! Tests that need a database or another service of this machine.

use super::{Diagnosis, Red, diagnosis};

/// Ports that everybody knows, and what answers there.
const PORTS: [(u16, &str); 11] = [
    (1433, "SQL Server"),
    (2379, "etcd"),
    (3306, "MySQL"),
    (5432, "PostgreSQL"),
    (5672, "RabbitMQ"),
    (6379, "Redis"),
    (9042, "Cassandra"),
    (9092, "Kafka"),
    (9200, "Elasticsearch"),
    (11211, "memcached"),
    (27017, "MongoDB"),
];

/// Errors of clients that name what they look for.
const CLIENTS: [(&str, &str); 8] = [
    ("MongooseServerSelectionError", "MongoDB"),
    ("MongoServerSelectionError", "MongoDB"),
    ("MongoNetworkError: ", "MongoDB"),
    ("Can't reach database server at", "a database"),
    ("SequelizeConnectionRefusedError", "a database"),
    ("SequelizeHostNotFoundError", "a database"),
    ("Cannot connect to the Docker daemon", "Docker"),
    ("Could not find a working container runtime strategy", "Docker"),
];

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let (service, line) = red.lines.iter().find_map(|line| Some((service(line)?, *line)))?;
    Some(diagnosis(
        format!("`{}` needs {service}, which does not answer", red.step.cmd),
        "SelfOpt starts no services, and tests run without network: name a command for the tests that need none in selfopt.toml: `[commands]` `test = \"...\"`",
        line,
    ))
}

fn service(line: &str) -> Option<&'static str> {
    if let Some((_, rest)) = line.split_once("connect ECONNREFUSED ") {
        let address = rest.split([' ', ',', ')']).next()?;
        let port: u16 = address.rsplit(':').next()?.parse().ok()?;
        return PORTS.iter().find(|(known, _)| *known == port).map(|(_, service)| *service);
    }
    CLIENTS.iter().find(|(words, _)| line.contains(words)).map(|(_, service)| *service)
}
