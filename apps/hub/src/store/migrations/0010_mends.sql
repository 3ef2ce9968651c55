-- How often everything was taken back from somebody: a sign-in that began before does not outlive it, even where they
-- were enabled again in the meantime.
alter table users add column cuts integer not null default 0;
