-- For a local project: a user with an organization. The service makes the rest.
insert into public.users (id, email) values
    ('01930000-0000-7000-8000-000000000001', 'dev@example.com')
on conflict (id) do nothing;
insert into public.organizations (id, name, owner_id) values
    ('01930000-0000-7000-8000-000000000002', 'local', '01930000-0000-7000-8000-000000000001')
on conflict (id) do nothing;
