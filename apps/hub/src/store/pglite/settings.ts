/**
 * Settings of the embedded engine. It runs as PostgreSQL's single-user mode: there is no background writer,
 * no checkpointer and no autovacuum, so `housekeeping.ts` does what these would do.
 *
 * Memory: the default of 128 MB of shared buffers costs that much resident memory and gains little, as the
 * operating system caches the files too.
 *
 * `full_page_writes` stays on although nothing is ever fsynced: a killed process may leave half of an 8 kB page.
 */
const settings: Record<string, string> = {
  shared_buffers: '24MB',
  work_mem: '8MB',
  maintenance_work_mem: '24MB',
  effective_cache_size: '256MB',
  temp_buffers: '1MB',
  max_connections: '4',
  // One process and no replica: the log is needed only for what happened since the last checkpoint.
  wal_level: 'minimal',
  max_wal_senders: '0',
  min_wal_size: '32MB',
  max_wal_size: '64MB',
  jit: 'off',
  autovacuum: 'off',
}

export const startParameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])

export const initParameters = ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8', '--wal-segsize=4']
