/** RFC 4648 base32 in lower case: no letter pairs that look alike, fit for DNS labels. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** 50 random bits: among a million clusters two ids are alike with a probability below 1 in 2,000, and then the store refuses the second. */
const LENGTH = 10

/** A new cluster's id, such as `c-k3v7m2x9qa`. */
export const makeClusterId = (random: (bytes: number) => Uint8Array): string =>
  `c-${[...random(LENGTH)].map(byte => ALPHABET[byte % 32]).join('')}`
