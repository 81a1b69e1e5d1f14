-- What the service itself remembers: tokens, webhooks, schedules, pauses.

-- Tokens of programs. Only the SHA-256 of a token is kept.
create table public.api_tokens (
    id           uuid        primary key,
    org_id       uuid        not null references public.organizations (id) on delete cascade,
    name         text        not null check (length(name) between 1 and 200),
    token_hash   text        not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
    scopes       text[]      not null check (cardinality(scopes) > 0),
    created_by   uuid        not null references public.users (id),
    created_at   timestamptz not null default now(),
    expires_at   timestamptz check (expires_at > created_at),
    last_used_at timestamptz,
    revoked_at   timestamptz
);
create index api_tokens_by_organization on public.api_tokens (org_id, created_at desc, id desc);

-- One row a delivery: a second one with the same id is a repetition.
create table public.webhook_deliveries (
    -- GitHub's X-GitHub-Delivery.
    id          uuid        primary key,
    event       text        not null,
    received_at timestamptz not null default now(),
    handled_at  timestamptz
);
create index webhook_deliveries_unhandled on public.webhook_deliveries (received_at) where handled_at is null;

-- Changes that a person turned down: closed without merging, or dismissed.
create table public.suppressed_fingerprints (
    repo_id     uuid        not null,
    org_id      uuid        not null,
    fingerprint text        collate "C" not null,
    reason      text        not null check (reason in ('closed', 'dismissed')),
    pr_url      text        check (pr_url ~ '^https?://'),
    created_at  timestamptz not null default now(),
    primary key (repo_id, fingerprint),
    foreign key (repo_id, org_id) references public.repositories (id, org_id) on delete cascade
);

-- One row a tick: of several servers, the one that inserts it starts the run.
create table public.schedule_ticks (
    repo_id    uuid        not null,
    org_id     uuid        not null,
    due_at     timestamptz not null,
    claimed_at timestamptz not null default now(),
    run_id     uuid,
    primary key (repo_id, due_at),
    foreign key (repo_id, org_id) references public.repositories (id, org_id) on delete cascade,
    foreign key (run_id, repo_id, org_id) references public.runs (id, repo_id, org_id)
);

-- Repositories that are left alone until somebody resumes them.
create table public.pauses (
    repo_id   uuid        primary key,
    org_id    uuid        not null,
    reason    text        not null check (reason in ('setup-failed', 'tests-flaky', 'build-failed', 'by-user')),
    detail    text        not null,
    paused_at timestamptz not null default now(),
    foreign key (repo_id, org_id) references public.repositories (id, org_id) on delete cascade
);

-- Answers to requests that carried an Idempotency-Key, to be given again.
create table public.idempotency_keys (
    org_id         uuid        not null references public.organizations (id) on delete cascade,
    key            text        collate "C" not null check (length(key) between 1 and 255),
    request_digest text        not null check (request_digest ~ '^[0-9a-f]{64}$'),
    -- Null while the first request is at work.
    response       jsonb       check (private.has_shape(response, '{"status": "number"}')),
    created_at     timestamptz not null default now(),
    expires_at     timestamptz not null,
    primary key (org_id, key)
);
create index idempotency_keys_by_expiry on public.idempotency_keys (expires_at);
