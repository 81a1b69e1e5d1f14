-- Who may read and write what. Users reach the tables as role `authenticated`
-- with the claims of their token; the service's own work is done by a role that
-- bypasses row level security. The helpers own the lookups, so that a policy on
-- `members` does not ask itself.

-- The user of a token that has not expired. The API checks tokens before; this
-- holds for whatever comes another way.
create function private.my_id() returns uuid
language sql stable set search_path = ''
as $$
    select auth.uid()
    where (auth.jwt() ->> 'exp')::numeric > extract(epoch from pg_catalog.now())
$$;

create function private.my_organizations() returns uuid[]
language sql stable security definer set search_path = ''
as $$
    select coalesce(pg_catalog.array_agg(org_id), '{}')
    from public.members where user_id = (select private.my_id())
$$;

-- Where the user may change settings and members.
create function private.my_managed_organizations() returns uuid[]
language sql stable security definer set search_path = ''
as $$
    select coalesce(pg_catalog.array_agg(org_id), '{}')
    from public.members where user_id = (select private.my_id()) and role in ('owner', 'admin')
$$;

-- Everybody who shares an organization with the user, and the user.
create function private.my_colleagues() returns uuid[]
language sql stable security definer set search_path = ''
as $$
    select coalesce(pg_catalog.array_agg(user_id), '{}') || (select private.my_id())
    from public.members where org_id = any (private.my_organizations())
$$;

revoke execute on all functions in schema private from public;
grant usage on schema private to authenticated, service_role;
grant execute on all functions in schema private to service_role;
grant execute on function private.my_id(), private.my_organizations(),
    private.my_managed_organizations(), private.my_colleagues() to authenticated;

-- Supabase grants everything on new tables to everybody.
revoke all on all tables in schema public from anon, authenticated;
grant all on all tables in schema public to service_role;

do $$
declare
    name text;
begin
    for name in
        select tablename from pg_catalog.pg_tables where schemaname = 'public'
    loop
        execute pg_catalog.format('alter table public.%I enable row level security', name);
    end loop;

    -- What belongs to an organization is read by its members.
    foreach name in array array[
        'members', 'installations', 'repositories', 'settings', 'runs', 'run_journal',
        'baselines', 'opportunities', 'attempts', 'proposals', 'artifacts', 'model_spending',
        'compute_spending', 'suppressed_fingerprints', 'pauses'
    ] loop
        execute pg_catalog.format('grant select on public.%I to authenticated', name);
        execute pg_catalog.format(
            'create policy members_read on public.%I for select to authenticated
             using (org_id = any ((select private.my_organizations())::uuid[]))', name);
    end loop;
end
$$;

grant select on public.users, public.organizations to authenticated;
create policy colleagues_read on public.users for select to authenticated
    using (id = any ((select private.my_colleagues())::uuid[]));
create policy members_read on public.organizations for select to authenticated
    using (id = any ((select private.my_organizations())::uuid[]));

-- The hash of a token stays with the service.
grant select (id, org_id, name, scopes, created_by, created_at, expires_at, last_used_at, revoked_at)
    on public.api_tokens to authenticated;
create policy managers_read on public.api_tokens for select to authenticated
    using (org_id = any ((select private.my_managed_organizations())::uuid[]));

-- What owners and administrators change themselves.
grant update (name) on public.organizations to authenticated;
create policy managers_rename on public.organizations for update to authenticated
    using (id = any ((select private.my_managed_organizations())::uuid[]));

grant insert, update (compute_budget_minutes, max_proposals_per_run, schedule)
    on public.settings to authenticated;
create policy managers_set on public.settings for insert to authenticated
    with check (org_id = any ((select private.my_managed_organizations())::uuid[]));
create policy managers_change on public.settings for update to authenticated
    using (org_id = any ((select private.my_managed_organizations())::uuid[]));

-- Nobody becomes or stops being an owner this way.
grant insert, update (role), delete on public.members to authenticated;
create policy managers_add on public.members for insert to authenticated
    with check (
        org_id = any ((select private.my_managed_organizations())::uuid[]) and role <> 'owner'
    );
create policy managers_change on public.members for update to authenticated
    using (org_id = any ((select private.my_managed_organizations())::uuid[]) and role <> 'owner')
    with check (org_id = any ((select private.my_managed_organizations())::uuid[]) and role <> 'owner');
create policy managers_remove on public.members for delete to authenticated
    using (org_id = any ((select private.my_managed_organizations())::uuid[]) and role <> 'owner');

-- webhook_deliveries, schedule_ticks and idempotency_keys have no policy: they
-- are the service's own.

-- The owner of an organization is a member of it.
create function private.keep_owner() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    insert into public.members (org_id, user_id, role) values (new.id, new.owner_id, 'owner')
    on conflict (org_id, user_id) do update set role = 'owner';
    return new;
end
$$;
create trigger organizations_keep_owner after insert or update of owner_id on public.organizations
for each row execute function private.keep_owner();

-- Who signs up with Supabase Auth is a user.
create function private.keep_user() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    insert into public.users (id, email) values (new.id, new.email)
    on conflict (id) do update set email = excluded.email;
    return new;
end
$$;
create trigger selfopt_keeps_user after insert or update of email on auth.users
for each row execute function private.keep_user();

revoke execute on function private.keep_owner(), private.keep_user() from public;
