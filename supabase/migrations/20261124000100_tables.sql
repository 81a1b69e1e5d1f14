-- The tables of the service.
--
-- A row holds its value once: as JSON in `record` (`project` in repositories),
-- just as the domain type writes it. What is asked for by name is a generated
-- column over that JSON, so the two cannot disagree. `record` is `json`, not
-- `jsonb`: jsonb writes numbers anew, and a verdict must read back byte for byte.
--
-- Every row of a tenant carries `org_id`, and keys that span (…, org_id) hold it
-- to that of what it hangs on: a policy or a query that asks for the
-- organization never needs a join, and no row can change sides.
--
-- Postgres has no NUL in texts; the store writes it as U+FDD0 and `0`.
-- Texts that are ordered or searched by prefix compare byte by byte ("C").

create schema if not exists private;

-- Whether each key of `shape` holds a value of one of its types:
-- {"metric": "string", "median_us": "number|null"}. A key that may be absent
-- counts as null.
create function private.has_shape(held jsonb, shape jsonb) returns boolean
language sql immutable strict parallel safe set search_path = ''
as $$
    select pg_catalog.jsonb_typeof(held) = 'object' and not exists (
        select from pg_catalog.jsonb_each_text(shape) as part
        where not coalesce(pg_catalog.jsonb_typeof(held -> part.key), 'null')
            = any (pg_catalog.string_to_array(part.value, '|'))
    )
$$;

-- A part of a record as jsonb; null where it is absent or null.
create function private.part(record json, key text) returns jsonb
language sql immutable parallel safe set search_path = ''
as $$ select nullif((record -> key)::jsonb, 'null'::jsonb) $$;

-- One field of each detected command: {"install": …, "build": …, …}.
create function private.of_commands(project json, field text) returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
    select pg_catalog.jsonb_build_object(
        'install',   (project -> 'install_cmd' -> field)::jsonb,
        'build',     (project -> 'build_cmd' -> field)::jsonb,
        'typecheck', (project -> 'typecheck_cmd' -> field)::jsonb,
        'test',      (project -> 'test_cmd' -> field)::jsonb,
        'bench',     (project -> 'bench' -> field)::jsonb
    )
$$;

-- What was measured on one side of a proposal.
create function private.measured(record json, side text) returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
    select pg_catalog.jsonb_build_object(
        'metric', (record -> 'metric')::jsonb, 'median_us', (record -> side)::jsonb
    )
$$;

create table public.users (
    -- The id that Supabase Auth gave.
    id         uuid        primary key,
    email      text        unique,
    created_at timestamptz not null default now()
);

create table public.organizations (
    id         uuid        primary key,
    name       text        not null check (length(name) between 1 and 200),
    owner_id   uuid        not null references public.users (id),
    created_at timestamptz not null default now()
);
create index organizations_by_owner on public.organizations (owner_id);

create type public.member_role as enum ('owner', 'admin', 'member');

create table public.members (
    org_id     uuid               not null references public.organizations (id) on delete cascade,
    user_id    uuid               not null references public.users (id) on delete cascade,
    role       public.member_role not null,
    created_at timestamptz        not null default now(),
    primary key (org_id, user_id)
);
create index members_by_user on public.members (user_id, org_id);

-- Where the GitHub App is installed.
create table public.installations (
    id           bigint      primary key check (id > 0),
    org_id       uuid        not null references public.organizations (id) on delete cascade,
    account      text        not null,
    suspended_at timestamptz,
    created_at   timestamptz not null default now()
);
create index installations_by_organization on public.installations (org_id, id);

create table public.repositories (
    id              uuid        primary key,
    org_id          uuid        not null references public.organizations (id),
    -- An absolute path or a URL.
    locator         text        collate "C" not null,
    github_repo_id  bigint,
    default_branch  text,
    -- What was detected; null until then.
    project         json        check (json_typeof(project) = 'object'),
    package_manager text        generated always as (project -> 'package_manager' ->> 'name') stored,
    install_cmd     text        generated always as (project -> 'install_cmd' ->> 'cmd') stored,
    build_cmd       text        generated always as (project -> 'build_cmd' ->> 'cmd') stored,
    typecheck_cmd   text        generated always as (project -> 'typecheck_cmd' ->> 'cmd') stored,
    test_cmd        text        generated always as (project -> 'test_cmd' ->> 'cmd') stored,
    bench_config    jsonb       generated always as (private.part(project, 'bench')) stored
        check (private.has_shape(bench_config, '{"kind": "string", "cmd": "string"}')),
    confidence      jsonb       generated always as (private.of_commands(project, 'confidence')) stored,
    evidence        jsonb       generated always as (private.of_commands(project, 'evidence')) stored,
    created_at      timestamptz not null,
    unique (org_id, locator),
    unique (org_id, github_repo_id),
    unique (id, org_id)
);
create index repositories_by_time on public.repositories (org_id, created_at desc, id desc);

create table public.settings (
    repo_id                uuid             primary key,
    org_id                 uuid             not null,
    compute_budget_minutes double precision check (compute_budget_minutes > 0),
    max_proposals_per_run  integer          check (max_proposals_per_run >= 0),
    -- A cron expression; null: never by itself.
    schedule               text             check (schedule ~ '^\S+( \S+){4,6}$'),
    foreign key (repo_id, org_id) references public.repositories (id, org_id) on delete cascade
);

create type public.run_status as enum
    ('running', 'finished', 'cancelled', 'paused', 'failed', 'superseded');

create table public.runs (
    id              uuid              primary key,
    org_id          uuid              not null,
    repo_id         uuid              not null,
    sha             text              not null check (sha ~ '^[0-9a-f]{40}([0-9a-f]{24})?$'),
    status          public.run_status not null,
    -- Unsigned, 64 bits.
    seed            numeric(20, 0)    not null check (seed between 0 and 18446744073709551615),
    config_digest   text              not null check (config_digest ~ '^[0-9a-f]{64}$'),
    compute_minutes double precision  not null check (compute_minutes >= 0 and compute_minutes < 'infinity'),
    created_at      timestamptz       not null,
    foreign key (repo_id, org_id) references public.repositories (id, org_id),
    unique (id, org_id),
    unique (id, repo_id, org_id)
);
create index runs_by_time on public.runs (org_id, created_at desc, id desc);
create index runs_by_repository on public.runs (repo_id, created_at desc, id desc);
create index runs_by_status on public.runs (org_id, status, created_at, id);

create table public.run_journal (
    run_id   uuid        not null,
    org_id   uuid        not null,
    sequence bigint      not null check (sequence >= 0),
    at       timestamptz not null,
    event    json        not null,
    primary key (run_id, sequence),
    foreign key (run_id, org_id) references public.runs (id, org_id)
);

create function private.refuse_change() returns trigger
language plpgsql set search_path = ''
as $$ begin raise exception 'the run journal is append-only' using errcode = '23001'; end $$;

create trigger run_journal_is_append_only before update or delete on public.run_journal
for each row execute function private.refuse_change();

create table public.baselines (
    id                      text        collate "C" primary key,
    org_id                  uuid        not null,
    repo_id                 uuid        not null,
    sha                     text        not null check (sha ~ '^[0-9a-f]{40}([0-9a-f]{24})?$'),
    -- Counts the baselines of one commit; the highest is the newest.
    number                  integer     not null check (number >= 0),
    record                  json        not null,
    metrics                 jsonb       generated always as (private.part(record, 'benchmark')) stored
        check (private.has_shape(metrics,
            '{"bench_id": "string", "metric": "string", "noise": "object", "pairs": "array"}')),
    environment_fingerprint jsonb       not null generated always as (private.part(record, 'environment')) stored
        check (private.has_shape(environment_fingerprint, '{"fixed": "object", "isolation": "object"}')),
    created_at              timestamptz not null,
    unique (repo_id, sha, number),
    foreign key (repo_id, org_id) references public.repositories (id, org_id)
);
create index baselines_by_time on public.baselines (repo_id, created_at desc, id desc);

create table public.opportunities (
    run_id     uuid    not null,
    id         text    collate "C" not null,
    org_id     uuid    not null,
    record     json    not null,
    rank       bigint  not null generated always as ((record ->> 'rank')::bigint) stored,
    type       text    not null generated always as (record ->> 'rule') stored,
    -- `path:line:column`
    location   text    not null generated always as (
        (record ->> 'path') || ':' || (record ->> 'line') || ':' || (record ->> 'column')
    ) stored,
    rationale  text    not null generated always as (record ->> 'why') stored,
    -- The rule's own risk: 0 (none) to 3 (needs a person).
    risk_score integer not null generated always as ((record ->> 'rule_risk')::integer) stored
        check (risk_score between 0 and 3),
    primary key (run_id, id),
    foreign key (run_id, org_id) references public.runs (id, org_id)
);
create index opportunities_by_rank on public.opportunities (run_id, rank, id);

create table public.attempts (
    run_id            uuid        not null,
    -- The candidate's id.
    id                text        collate "C" not null,
    org_id            uuid        not null,
    -- Counts the attempts of the run in the order made.
    number            integer     not null check (number >= 0),
    record            json        not null,
    -- No foreign key to opportunities: a candidate that was written by a person
    -- or taken from a bundle answers none of this run.
    opportunity_id    text        not null generated always as (record ->> 'opportunity') stored,
    diff              text        not null generated always as (record ->> 'diff') stored,
    validation_result jsonb       not null generated always as (private.part(record, 'verdicts')) stored
        check (jsonb_typeof(validation_result) = 'array'),
    status            text        not null generated always as (record ->> 'status') stored
        check (status in ('accepted', 'rejected', 'inconclusive', 'size_dependent', 'deferred')),
    created_at        timestamptz not null,
    primary key (run_id, id),
    unique (run_id, number),
    foreign key (run_id, org_id) references public.runs (id, org_id)
);
create index attempts_by_candidate on public.attempts (org_id, id, created_at, run_id);
create index attempts_by_opportunity on public.attempts (run_id, opportunity_id);

create table public.proposals (
    run_id         uuid        not null,
    id             text        collate "C" not null,
    org_id         uuid        not null,
    -- Counts the proposals of the run in the order proved.
    number         integer     not null check (number >= 0),
    repo_id        uuid        not null,
    record         json        not null,
    diff           text        not null generated always as (record ->> 'diff') stored,
    summary        text        not null generated always as (record ->> 'title') stored,
    metrics_before jsonb       not null generated always as (private.measured(record, 'before_us')) stored
        check (private.has_shape(metrics_before, '{"metric": "string", "median_us": "number"}')),
    metrics_after  jsonb       not null generated always as (private.measured(record, 'after_us')) stored
        check (private.has_shape(metrics_after, '{"metric": "string", "median_us": "number"}')),
    -- 0 (none) to 100.
    risk_score     integer     not null generated always as ((record ->> 'risk')::integer) stored
        check (risk_score between 0 and 100),
    created_at     timestamptz not null,
    pr_url         text        check (pr_url ~ '^https?://'),
    primary key (run_id, id),
    unique (run_id, number),
    foreign key (run_id, repo_id, org_id) references public.runs (id, repo_id, org_id)
);
create index proposals_by_time on public.proposals (org_id, created_at desc, run_id desc, number desc);
create index proposals_by_repository on public.proposals (repo_id, created_at desc, run_id desc, number desc);
create index proposals_by_id on public.proposals (org_id, id);

-- No foreign key to proposals: a proposal's id repeats when a later run proves
-- the same change, and its artifacts are written before its row.
create table public.artifacts (
    org_id       uuid        not null references public.organizations (id),
    id           text        collate "C" not null,
    proposal_id  text        collate "C" not null,
    storage_path text        collate "C" not null check (storage_path like 'repos/%'),
    type         text        not null check (type in ('log', 'trace', 'bench', 'diff', 'bundle')),
    created_at   timestamptz not null,
    primary key (org_id, id),
    unique (org_id, proposal_id, storage_path)
);

-- What calls of language models cost: a row a call, reserved before it is made.
-- A row that was never settled keeps the most that the call can have taken.
create table public.model_spending (
    org_id        uuid        not null,
    id            text        collate "C" not null,
    run_id        uuid        not null,
    repo_id       uuid        not null,
    -- The calendar month in UTC: 2026-11.
    month         text        not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    tokens        bigint      not null check (tokens >= 0),
    micro_dollars bigint      not null check (micro_dollars >= 0),
    settled       boolean     not null default false,
    created_at    timestamptz not null,
    primary key (org_id, id),
    foreign key (run_id, repo_id, org_id) references public.runs (id, repo_id, org_id)
);
create index model_spending_by_run on public.model_spending (run_id);
create index model_spending_by_month on public.model_spending (org_id, month, repo_id);

-- CPU minutes of sandboxes, in the same way.
create table public.compute_spending (
    org_id     uuid             not null,
    id         text             collate "C" not null,
    run_id     uuid             not null,
    repo_id    uuid             not null,
    month      text             not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    minutes    double precision not null check (minutes >= 0 and minutes < 'infinity'),
    settled    boolean          not null default false,
    created_at timestamptz      not null,
    primary key (org_id, id),
    foreign key (run_id, repo_id, org_id) references public.runs (id, repo_id, org_id)
);
create index compute_spending_by_run on public.compute_spending (run_id);
create index compute_spending_by_month on public.compute_spending (org_id, month, repo_id);
