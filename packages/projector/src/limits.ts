/** Kinds that are listed at the same time: more would only queue at the API server and hold more pages in memory. */
export const LISTS_AT_ONCE = 3

/** Objects on a page of a list. Half of what the API server's own clients ask for takes no longer here, and 70 MB less. */
export const PAGE_OBJECTS = 250

/** Changes that are passed on together at most. */
export const DELTA_CHANGES = 200

/** A change waits this long for others, in ms: short enough to feel live. */
export const DELTA_MS = 100

/** How long a kind that is forbidden or absent is left alone, in ms: rights and APIs change rarely. */
export const RETRY_REFUSED_MS = 60_000

/** How long it is left alone after it was refused for the first time, in ms; twice as long each time. An API server that has just begun refuses everything: it has not read its roles yet. */
export const FIRST_RETRY_REFUSED_MS = 1_000

/** Failures in a row after which a kind is said to fail: one broken connection is no news. */
export const TROUBLES = 2
