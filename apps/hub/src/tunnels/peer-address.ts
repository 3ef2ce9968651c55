/** Where replicas dial each other; the cluster's id follows. */
export const PEER_PATH = '/peer/v1/tunnel/'

/** The scheme of replicas' own credential. */
export const PEER_SCHEME = 'Moorage-Peer'
