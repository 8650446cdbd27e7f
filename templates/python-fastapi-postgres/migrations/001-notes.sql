create table notes (
  id uuid primary key,
  text text not null check (length(text) between 1 and 1000),
  at timestamptz not null default now()
);
create index notes_at on notes (at);
