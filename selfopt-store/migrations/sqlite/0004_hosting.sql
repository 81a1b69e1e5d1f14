-- What a service knows of repositories at a host: where the App is installed,
-- what the host sent, and what became of pull requests.

CREATE TABLE installations (
    -- GitHub's number of it.
    id           INTEGER NOT NULL PRIMARY KEY,
    org_id       TEXT    NOT NULL REFERENCES organizations (id),
    account      TEXT    NOT NULL,
    suspended_at INTEGER,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE hosted_repositories (
    repo_id           TEXT    NOT NULL PRIMARY KEY REFERENCES repositories (id),
    -- Null once the App does not reach it any more.
    installation_id   INTEGER,
    -- owner/name.
    name              TEXT    NOT NULL,
    -- The newest commit of the default branch that was heard of.
    head_sha          TEXT,
    -- The pull request that introduces SelfOpt.
    introduction_url  TEXT,
    set_up            TEXT    NOT NULL CHECK (set_up IN ('wanted', 'done', 'failed')),
    set_up_tries      INTEGER NOT NULL CHECK (set_up_tries >= 0),
    set_up_not_before INTEGER NOT NULL,
    set_up_error      TEXT
) STRICT;

CREATE INDEX hosted_repositories_by_installation ON hosted_repositories (installation_id);
CREATE INDEX hosted_repositories_to_set_up ON hosted_repositories (set_up_not_before)
    WHERE set_up = 'wanted';

-- One row a delivery: a second one with the same id is a repetition.
CREATE TABLE webhook_deliveries (
    id          TEXT    NOT NULL PRIMARY KEY,
    event       TEXT    NOT NULL,
    -- What of it is used; null once it is over.
    payload     TEXT,
    tries       INTEGER NOT NULL CHECK (tries >= 0),
    not_before  INTEGER NOT NULL,
    error       TEXT,
    received_at INTEGER NOT NULL,
    over_at     INTEGER,
    CHECK ((payload IS NULL) = (over_at IS NOT NULL))
) STRICT;

CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (received_at, id)
    WHERE over_at IS NULL;

CREATE TABLE pull_requests (
    repo_id     TEXT    NOT NULL REFERENCES repositories (id),
    number      INTEGER NOT NULL,
    url         TEXT    NOT NULL,
    proposal_id TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('open', 'merged', 'closed')),
    -- Why it is somebody else's now.
    hands_off   TEXT,
    opened_at   INTEGER NOT NULL,
    PRIMARY KEY (repo_id, number)
) STRICT;

CREATE INDEX pull_requests_by_change ON pull_requests (repo_id, fingerprint, number DESC);
