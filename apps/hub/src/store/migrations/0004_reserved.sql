-- The number is taken by a change that is not here yet; this file goes when it comes.
select 1;
