create table notes (
  id char(32) character set ascii primary key,
  text varchar(1000) not null check (char_length(text) > 0),
  at timestamp(6) not null default current_timestamp(6),
  index (at)
);
