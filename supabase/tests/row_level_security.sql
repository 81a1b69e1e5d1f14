-- Row level security, as role `authenticated` with the claims of a token.
begin;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;
select plan(16);

insert into users (id, email) values
    ('00000000-0000-0000-0000-00000000000a', 'owner@example.com'),
    ('00000000-0000-0000-0000-00000000000b', 'member@example.com'),
    ('00000000-0000-0000-0000-00000000000c', 'outsider@example.com');
insert into organizations (id, name, owner_id) values
    ('00000000-0000-0000-0000-0000000000aa', 'acme', '00000000-0000-0000-0000-00000000000a'),
    ('00000000-0000-0000-0000-0000000000cc', 'other', '00000000-0000-0000-0000-00000000000c');
insert into members (org_id, user_id, role) values
    ('00000000-0000-0000-0000-0000000000aa', '00000000-0000-0000-0000-00000000000b', 'member');
insert into repositories (id, org_id, locator, created_at) values
    ('00000000-0000-0000-0000-0000000000d1', '00000000-0000-0000-0000-0000000000aa', '/a', now());
insert into storage.objects (bucket_id, name) values
    ('artifacts', 'repos/00000000-0000-0000-0000-0000000000d1/runs/1/logs.txt'),
    ('artifacts', 'repos/no-uuid/runs/1/logs.txt');

create function pg_temp.act_as(sub text, seconds integer) returns text language sql as $$
    select set_config('request.jwt.claims', json_build_object(
        'sub', sub, 'role', 'authenticated',
        'exp', (extract(epoch from now()) + seconds)::bigint)::text, true)
$$;

select has_table('public', t, format('table %s exists', t))
from unnest(array['runs', 'proposals']) as t;
select is(
    (select count(*) from pg_class where relnamespace = 'public'::regnamespace
     and relkind = 'r' and not relrowsecurity and relname !~ '^pg_'),
    0::bigint, 'every table has row level security');
select is(
    (select count(*) from pg_publication_tables where pubname = 'supabase_realtime'
     and schemaname = 'public' and tablename in ('runs', 'proposals')),
    2::bigint, 'runs and proposals are published');
select is(
    (select role::text from members where user_id = '00000000-0000-0000-0000-00000000000a'),
    'owner', 'the owner of an organization is a member');
select is(
    (select count(*) from pg_proc where pronamespace = 'private'::regnamespace
     and prosecdef and not coalesce(proconfig, '{}') @> array['search_path=""']),
    0::bigint, 'what runs as its definer has an empty search_path');

set local role authenticated;
select pg_temp.act_as('00000000-0000-0000-0000-00000000000a', 60);
select results_eq('select locator collate "default" from repositories', array['/a'], 'an owner reads');
select lives_ok($$insert into settings (repo_id, org_id, schedule) values
    ('00000000-0000-0000-0000-0000000000d1', '00000000-0000-0000-0000-0000000000aa', '0 3 * * *')$$,
    'an owner sets');
select results_eq('select name from storage.objects',
    array['repos/00000000-0000-0000-0000-0000000000d1/runs/1/logs.txt'], 'an owner reads artifacts');

select pg_temp.act_as('00000000-0000-0000-0000-00000000000b', 60);
select results_eq('select schedule from settings', array['0 3 * * *'], 'a member reads');
select is_empty('update settings set schedule = null returning 1', 'a member sets nothing');
select throws_ok('update runs set compute_minutes = 0', '42501', null, 'no user writes runs');

select pg_temp.act_as('00000000-0000-0000-0000-00000000000c', 60);
select is_empty('select 1 from repositories union all select 1 from settings', 'an outsider sees nothing');
select is_empty('select 1 from storage.objects', 'an outsider sees no artifacts');

select pg_temp.act_as('00000000-0000-0000-0000-00000000000a', -1);
select is_empty('select 1 from repositories', 'a token that expired sees nothing');

reset role;
set local role anon;
select throws_ok('select 1 from repositories', '42501', null, 'who is not signed in is refused');

reset role;
select * from finish();
rollback;
