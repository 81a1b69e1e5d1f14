-- The store of one machine.
--
-- A row holds its value once: as JSON in `record` (`project` in repositories),
-- just as the domain type writes it. What is asked for by name is a generated
-- column over that JSON, so the two cannot disagree, a new field of the domain
-- needs no migration, and a new column needs no backfill. Keys, and the few
-- fields that change on their own, are ordinary columns.
--
-- Ids are UUIDv7 for users, organizations, repositories and runs; all others
-- are derived from content. Times are milliseconds since 1970-01-01 UTC.

CREATE TABLE users (
    id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    -- The user of an embedded store has none.
    email      TEXT    UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE organizations (
    id       TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    name     TEXT NOT NULL,
    owner_id TEXT NOT NULL REFERENCES users (id)
) STRICT;

CREATE INDEX organizations_by_owner ON organizations (owner_id);

CREATE TABLE repositories (
    id              TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    org_id          TEXT    NOT NULL REFERENCES organizations (id),
    -- An absolute path or a URL.
    locator         TEXT    NOT NULL,
    github_repo_id  INTEGER,
    default_branch  TEXT,
    -- What was detected; null until then.
    project         TEXT    CHECK (json_valid(project)),
    package_manager TEXT    GENERATED ALWAYS AS (project ->> '$.package_manager.name') VIRTUAL,
    install_cmd     TEXT    GENERATED ALWAYS AS (project ->> '$.install_cmd.cmd') VIRTUAL,
    build_cmd       TEXT    GENERATED ALWAYS AS (project ->> '$.build_cmd.cmd') VIRTUAL,
    typecheck_cmd   TEXT    GENERATED ALWAYS AS (project ->> '$.typecheck_cmd.cmd') VIRTUAL,
    test_cmd        TEXT    GENERATED ALWAYS AS (project ->> '$.test_cmd.cmd') VIRTUAL,
    bench_config    TEXT    GENERATED ALWAYS AS (nullif(project -> '$.bench', 'null')) VIRTUAL,
    -- By command: `{"install": …, "build": …, "typecheck": …, "test": …, "bench": …}`.
    confidence      TEXT    GENERATED ALWAYS AS (json_object(
        'install',   project -> '$.install_cmd.confidence',
        'build',     project -> '$.build_cmd.confidence',
        'typecheck', project -> '$.typecheck_cmd.confidence',
        'test',      project -> '$.test_cmd.confidence',
        'bench',     project -> '$.bench.confidence'
    )) VIRTUAL,
    evidence        TEXT    GENERATED ALWAYS AS (json_object(
        'install',   project -> '$.install_cmd.evidence',
        'build',     project -> '$.build_cmd.evidence',
        'typecheck', project -> '$.typecheck_cmd.evidence',
        'test',      project -> '$.test_cmd.evidence',
        'bench',     project -> '$.bench.evidence'
    )) VIRTUAL,
    created_at      INTEGER NOT NULL,
    UNIQUE (org_id, locator)
) STRICT;

CREATE UNIQUE INDEX repositories_by_github ON repositories (org_id, github_repo_id);

CREATE TABLE settings (
    repo_id                TEXT    NOT NULL PRIMARY KEY REFERENCES repositories (id),
    compute_budget_minutes REAL    CHECK (compute_budget_minutes > 0),
    max_proposals_per_run  INTEGER CHECK (max_proposals_per_run >= 0),
    -- A cron expression; null: never by itself.
    schedule               TEXT
) STRICT;

CREATE TABLE runs (
    id              TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    repo_id         TEXT    NOT NULL REFERENCES repositories (id),
    sha             TEXT    NOT NULL,
    status          TEXT    NOT NULL
        CHECK (status IN ('running', 'finished', 'cancelled', 'paused', 'failed', 'superseded')),
    -- In decimal: the seed is unsigned and may exceed an INTEGER.
    seed            TEXT    NOT NULL,
    config_digest   TEXT    NOT NULL CHECK (length(config_digest) = 64),
    compute_minutes REAL    NOT NULL CHECK (compute_minutes >= 0),
    created_at      INTEGER NOT NULL
) STRICT;

CREATE INDEX runs_by_time ON runs (created_at DESC, id DESC);
CREATE INDEX runs_by_repository ON runs (repo_id, created_at DESC, id DESC);

CREATE TABLE run_journal (
    run_id   TEXT    NOT NULL REFERENCES runs (id),
    sequence INTEGER NOT NULL CHECK (sequence >= 0),
    at       INTEGER NOT NULL,
    event    TEXT    NOT NULL CHECK (json_valid(event)),
    PRIMARY KEY (run_id, sequence)
) STRICT;

CREATE TRIGGER run_journal_keeps_entries
BEFORE UPDATE ON run_journal
BEGIN
    SELECT raise(ABORT, 'the run journal is append-only');
END;

CREATE TRIGGER run_journal_loses_nothing
BEFORE DELETE ON run_journal
BEGIN
    SELECT raise(ABORT, 'the run journal is append-only');
END;

CREATE TABLE baselines (
    id                      TEXT    NOT NULL PRIMARY KEY,
    repo_id                 TEXT    NOT NULL REFERENCES repositories (id),
    sha                     TEXT    NOT NULL,
    -- Counts the baselines of one commit; the highest is the newest.
    number                  INTEGER NOT NULL,
    record                  TEXT    NOT NULL CHECK (json_valid(record)),
    metrics                 TEXT    GENERATED ALWAYS AS (nullif(record -> '$.benchmark', 'null')) VIRTUAL,
    environment_fingerprint TEXT    NOT NULL GENERATED ALWAYS AS (record -> '$.environment') VIRTUAL,
    created_at              INTEGER NOT NULL,
    UNIQUE (repo_id, sha, number)
) STRICT;

CREATE TABLE opportunities (
    run_id     TEXT    NOT NULL REFERENCES runs (id),
    id         TEXT    NOT NULL,
    record     TEXT    NOT NULL CHECK (json_valid(record)),
    rank       INTEGER NOT NULL GENERATED ALWAYS AS (record ->> '$.rank') VIRTUAL,
    type       TEXT    NOT NULL GENERATED ALWAYS AS (record ->> '$.rule') VIRTUAL,
    -- `path:line:column`
    location   TEXT    NOT NULL GENERATED ALWAYS AS (
        (record ->> '$.path') || ':' || (record ->> '$.line') || ':' || (record ->> '$.column')
    ) VIRTUAL,
    rationale  TEXT    NOT NULL GENERATED ALWAYS AS (record ->> '$.why') VIRTUAL,
    -- The rule's own risk: 0 (none) to 3 (needs a person).
    risk_score INTEGER NOT NULL GENERATED ALWAYS AS (record ->> '$.rule_risk') VIRTUAL,
    PRIMARY KEY (run_id, id)
) STRICT;

CREATE INDEX opportunities_by_rank ON opportunities (run_id, rank, id);

CREATE TABLE attempts (
    run_id            TEXT    NOT NULL REFERENCES runs (id),
    -- The candidate's id.
    id                TEXT    NOT NULL,
    -- Counts the attempts of the run in the order made.
    number            INTEGER NOT NULL,
    record            TEXT    NOT NULL CHECK (json_valid(record)),
    opportunity_id    TEXT    NOT NULL GENERATED ALWAYS AS (record ->> '$.opportunity') VIRTUAL,
    diff              TEXT    NOT NULL GENERATED ALWAYS AS (record ->> '$.diff') VIRTUAL,
    validation_result TEXT    NOT NULL GENERATED ALWAYS AS (record -> '$.verdicts') VIRTUAL,
    status            TEXT    NOT NULL GENERATED ALWAYS AS (record ->> '$.status') VIRTUAL
        CHECK (status IN ('accepted', 'rejected', 'inconclusive', 'size_dependent', 'deferred')),
    created_at        INTEGER NOT NULL,
    PRIMARY KEY (run_id, id),
    -- No foreign key to opportunities: a candidate that was written by a person
    -- or taken from a bundle answers none of this run.
    UNIQUE (run_id, number)
) STRICT;

CREATE INDEX attempts_by_candidate ON attempts (id, created_at, run_id);
CREATE INDEX attempts_by_opportunity ON attempts (run_id, opportunity_id);

CREATE TABLE proposals (
    run_id         TEXT    NOT NULL REFERENCES runs (id),
    id             TEXT    NOT NULL,
    -- Counts the proposals of the run in the order proved.
    number         INTEGER NOT NULL,
    repo_id        TEXT    NOT NULL REFERENCES repositories (id),
    record         TEXT    NOT NULL CHECK (json_valid(record)),
    diff           TEXT    NOT NULL GENERATED ALWAYS AS (record ->> '$.diff') VIRTUAL,
    summary        TEXT    NOT NULL GENERATED ALWAYS AS (record ->> '$.title') VIRTUAL,
    metrics_before TEXT    NOT NULL GENERATED ALWAYS AS (json_object(
        'metric', record -> '$.metric', 'median_us', record -> '$.before_us'
    )) VIRTUAL,
    metrics_after  TEXT    NOT NULL GENERATED ALWAYS AS (json_object(
        'metric', record -> '$.metric', 'median_us', record -> '$.after_us'
    )) VIRTUAL,
    -- 0 (none) to 100.
    risk_score     INTEGER NOT NULL GENERATED ALWAYS AS (record ->> '$.risk') VIRTUAL,
    created_at     INTEGER NOT NULL,
    pr_url         TEXT,
    PRIMARY KEY (run_id, id),
    UNIQUE (run_id, number)
) STRICT;

CREATE INDEX proposals_by_time ON proposals (created_at DESC, run_id DESC, number DESC);
CREATE INDEX proposals_by_repository ON proposals (repo_id, created_at DESC, run_id DESC, number DESC);
CREATE INDEX proposals_by_id ON proposals (id);

-- No foreign key: a proposal's id repeats when a later run proves the same
-- change, and its artifacts are written before its row.
CREATE TABLE artifacts (
    id           TEXT    NOT NULL PRIMARY KEY,
    proposal_id  TEXT    NOT NULL,
    storage_path TEXT    NOT NULL,
    type         TEXT    NOT NULL CHECK (type IN ('log', 'trace', 'bench', 'diff', 'bundle')),
    created_at   INTEGER NOT NULL,
    UNIQUE (proposal_id, storage_path)
) STRICT;
