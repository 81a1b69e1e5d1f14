-- What a server and its workers need: requests for runs and their queue, and the
-- tables around it as the service writes them. No version wrote those before.

create table public.run_requests (
    id           uuid        primary key,
    org_id       uuid        not null,
    repo_id      uuid        not null,
    origin       text        not null check (origin in ('person', 'schedule')),
    -- Whoever asks twice with the same key gets the same request.
    key          text        collate "C",
    state        text        not null
        check (state in ('queued', 'running', 'done', 'cancelled', 'dead')),
    -- The run, once one has begun.
    run_id       uuid,
    tries        bigint      not null check (tries >= 0),
    not_before   timestamptz not null,
    -- The worker that has it, and until when it is believed to be alive.
    worker       text        collate "C",
    lease_until  timestamptz,
    cancel_asked boolean     not null,
    error        text,
    hint         text,
    exit_code    bigint      check (exit_code between 0 and 255),
    created_at   timestamptz not null,
    ended_at     timestamptz,
    unique (org_id, key),
    unique (id, repo_id, org_id),
    foreign key (repo_id, org_id) references public.repositories (id, org_id),
    foreign key (run_id, repo_id, org_id) references public.runs (id, repo_id, org_id),
    check ((state = 'running') = (worker is not null)),
    check ((state = 'running') = (lease_until is not null)),
    check ((state in ('done', 'cancelled', 'dead')) = (ended_at is not null))
);
-- The lock of a repository: one of its requests is at work, at most.
create unique index run_requests_at_work on public.run_requests (repo_id) where state = 'running';
create index run_requests_waiting on public.run_requests (org_id, created_at, id) where state = 'queued';
create index run_requests_by_repository on public.run_requests (repo_id, id desc);

create table public.confirmed_commands (
    repo_id    uuid        primary key,
    org_id     uuid        not null,
    commands   json        not null,
    created_at timestamptz not null,
    foreign key (repo_id, org_id) references public.repositories (id, org_id) on delete cascade
);

-- Proposals that somebody does not want.
create table public.dismissals (
    run_id      uuid        not null,
    proposal_id text        collate "C" not null,
    org_id      uuid        not null,
    reason      text        not null,
    created_at  timestamptz not null,
    primary key (run_id, proposal_id),
    foreign key (run_id, proposal_id) references public.proposals (run_id, id),
    foreign key (run_id, org_id) references public.runs (id, org_id)
);

-- A cron expression as the service takes it: with seconds and years, or a name.
alter table public.settings
    drop constraint settings_schedule_check,
    add check (schedule ~ '^\s*(\S+(\s+\S+){4,6}|@[A-Za-z]+)\s*$');

-- From when on the schedule's times count: when it was set, also by a user.
alter table public.settings add column schedule_set_at timestamptz not null default now();

create function private.note_new_schedule() returns trigger
language plpgsql set search_path = ''
as $$
begin
    if new.schedule_set_at = old.schedule_set_at then
        new.schedule_set_at := pg_catalog.now();
    end if;
    return new;
end
$$;
revoke execute on function private.note_new_schedule() from public;
create trigger settings_note_new_schedule before update of schedule on public.settings
for each row when (new.schedule is distinct from old.schedule)
execute function private.note_new_schedule();

-- A tick is kept together with the request that it made, or that waited already.
alter table public.schedule_ticks
    drop column run_id,
    add column request_id uuid,
    add foreign key (request_id, repo_id, org_id)
        references public.run_requests (id, repo_id, org_id);

-- A reason in words, and whose it is.
alter table public.pauses
    drop constraint pauses_reason_check,
    drop column detail,
    add column paused_by text not null default 'person'
        check (paused_by in ('person', 'service'));

-- A row a request, reserved before its run begins.
alter table public.compute_spending drop column run_id;
alter table public.compute_spending rename column id to request_id;
alter table public.compute_spending
    alter column request_id type uuid using request_id::uuid,
    -- What runs took before the request was queued again.
    add column earlier double precision not null default 0
        check (earlier >= 0 and earlier < 'infinity'),
    add foreign key (request_id, repo_id, org_id)
        references public.run_requests (id, repo_id, org_id);

-- How long a key is kept is the service's to say. The caller stands before what it chose, of 255 characters at most.
alter table public.idempotency_keys
    drop column expires_at,
    drop constraint idempotency_keys_key_check,
    add check (length(key) between 1 and 500);
create index idempotency_keys_by_time on public.idempotency_keys (org_id, created_at);

-- Who calls the service with its own secret makes tokens too.
alter table public.api_tokens alter column created_by drop not null;

-- The queue, confirmed commands and dismissals are reached through the service.
revoke all on public.run_requests, public.confirmed_commands, public.dismissals
    from anon, authenticated;
grant all on public.run_requests, public.confirmed_commands, public.dismissals to service_role;
alter table public.run_requests enable row level security;
alter table public.confirmed_commands enable row level security;
alter table public.dismissals enable row level security;
