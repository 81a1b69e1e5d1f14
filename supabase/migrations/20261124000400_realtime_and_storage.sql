-- Live changes, and the bucket of artifacts.

do $$
begin
    if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
        create publication supabase_realtime;
    end if;
end
$$;
alter publication supabase_realtime add table public.runs, public.proposals;

-- Artifacts lie at repos/{repo_id}/…; a path that says otherwise is nobody's.
create function private.organization_of_path(path text) returns uuid
language sql stable security definer set search_path = ''
as $$
    select org_id from public.repositories
    where id = case
        when path ~ '^repos/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.'
        then pg_catalog.split_part(path, '/', 2)::uuid
    end
$$;
revoke execute on function private.organization_of_path(text) from public;
grant execute on function private.organization_of_path(text) to authenticated, service_role;

insert into storage.buckets (id, name, public) values ('artifacts', 'artifacts', false)
on conflict (id) do nothing;

-- Read only: artifacts are written by the service, with its own key.
create policy members_read_artifacts on storage.objects for select to authenticated
using (
    bucket_id = 'artifacts'
    and private.organization_of_path(name) = any ((select private.my_organizations())::uuid[])
);
