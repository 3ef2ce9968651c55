/** Why a replica that stops takes no agent in: another one does. */
export const STOPPING = 'HubStopping'
