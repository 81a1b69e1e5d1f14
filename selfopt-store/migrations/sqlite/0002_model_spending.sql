-- What calls of language models cost: a row a call, reserved before it is made.
-- A row that was never settled keeps the most that the call can have taken.
CREATE TABLE model_spending (
    id            TEXT    NOT NULL PRIMARY KEY,
    run_id        TEXT    NOT NULL REFERENCES runs (id),
    repo_id       TEXT    NOT NULL REFERENCES repositories (id),
    -- The calendar month in UTC: 2026-11.
    month         TEXT    NOT NULL,
    tokens        INTEGER NOT NULL CHECK (tokens >= 0),
    micro_dollars INTEGER NOT NULL CHECK (micro_dollars >= 0),
    settled       INTEGER NOT NULL CHECK (settled IN (0, 1)),
    created_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX model_spending_by_run ON model_spending (run_id);
CREATE INDEX model_spending_by_month ON model_spending (month, repo_id);
