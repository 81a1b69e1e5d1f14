-- What a service knows: requests for runs, their order and their end, schedules,
-- pauses, confirmed commands and compute budgets.

-- From when on the schedule's times count: when it was set.
ALTER TABLE settings ADD COLUMN schedule_set_at INTEGER NOT NULL DEFAULT 0;

CREATE TABLE run_requests (
    id           TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    repo_id      TEXT    NOT NULL REFERENCES repositories (id),
    origin       TEXT    NOT NULL CHECK (origin IN ('person', 'schedule')),
    -- Whoever asks twice with the same key gets the same request.
    key          TEXT    UNIQUE,
    state        TEXT    NOT NULL
        CHECK (state IN ('queued', 'running', 'done', 'cancelled', 'dead')),
    -- The run, once one has begun.
    run_id       TEXT    REFERENCES runs (id),
    tries        INTEGER NOT NULL CHECK (tries >= 0),
    not_before   INTEGER NOT NULL,
    -- The worker that has it, and until when it is believed to be alive.
    worker       TEXT,
    lease_until  INTEGER,
    cancel_asked INTEGER NOT NULL CHECK (cancel_asked IN (0, 1)),
    error        TEXT,
    hint         TEXT,
    exit_code    INTEGER,
    created_at   INTEGER NOT NULL,
    ended_at     INTEGER,
    CHECK ((state = 'running') = (worker IS NOT NULL)),
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK ((state IN ('done', 'cancelled', 'dead')) = (ended_at IS NOT NULL))
) STRICT;

-- The lock of a repository: one of its requests is at work, at most.
CREATE UNIQUE INDEX run_requests_at_work ON run_requests (repo_id) WHERE state = 'running';
CREATE INDEX run_requests_waiting ON run_requests (created_at, id) WHERE state = 'queued';
CREATE INDEX run_requests_by_repository ON run_requests (repo_id, id DESC);

CREATE TABLE schedule_ticks (
    repo_id    TEXT    NOT NULL REFERENCES repositories (id),
    due_at     INTEGER NOT NULL,
    -- The request that it made, or that waited already.
    request_id TEXT    NOT NULL REFERENCES run_requests (id),
    PRIMARY KEY (repo_id, due_at)
) STRICT;

CREATE TABLE pauses (
    repo_id    TEXT    NOT NULL PRIMARY KEY REFERENCES repositories (id),
    reason     TEXT    NOT NULL,
    paused_by  TEXT    NOT NULL CHECK (paused_by IN ('person', 'service')),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE confirmed_commands (
    repo_id    TEXT    NOT NULL PRIMARY KEY REFERENCES repositories (id),
    commands   TEXT    NOT NULL CHECK (json_valid(commands)),
    created_at INTEGER NOT NULL
) STRICT;

-- A row a request, reserved before its run spends anything. One that was never
-- settled keeps the most that the run can have taken.
CREATE TABLE compute_spending (
    request_id TEXT    NOT NULL PRIMARY KEY REFERENCES run_requests (id),
    repo_id    TEXT    NOT NULL REFERENCES repositories (id),
    -- The calendar month in UTC: 2026-11.
    month      TEXT    NOT NULL,
    minutes    REAL    NOT NULL CHECK (minutes >= 0),
    -- What runs took before the request was queued again.
    earlier    REAL    NOT NULL DEFAULT 0 CHECK (earlier >= 0),
    settled    INTEGER NOT NULL CHECK (settled IN (0, 1))
) STRICT;

CREATE INDEX compute_spending_by_month ON compute_spending (repo_id, month);

-- Answers to requests that may be sent again.
CREATE TABLE idempotency_keys (
    key        TEXT    NOT NULL PRIMARY KEY,
    digest     TEXT    NOT NULL,
    -- Null until it is answered.
    status     INTEGER,
    body       TEXT,
    created_at INTEGER NOT NULL,
    CHECK ((status IS NULL) = (body IS NULL))
) STRICT;

-- Proposals that somebody does not want.
CREATE TABLE dismissals (
    run_id      TEXT    NOT NULL,
    proposal_id TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (run_id, proposal_id),
    FOREIGN KEY (run_id, proposal_id) REFERENCES proposals (run_id, id)
) STRICT;

-- Tokens for programs; the secret itself is kept nowhere.
CREATE TABLE api_tokens (
    id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    name       TEXT    NOT NULL,
    scope      TEXT    NOT NULL CHECK (scope IN ('read', 'write')),
    -- SHA-256, in hexadecimal.
    hash       TEXT    NOT NULL UNIQUE CHECK (length(hash) = 64),
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
