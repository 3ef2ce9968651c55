/**
 * Text from a cluster, safe to put on a terminal: control characters (which
 * could move the cursor or rename the window) and direction marks are replaced,
 * line ends become spaces.
 */
export const clean = (text: string) =>
  text.replace(/[\t\r\n]+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
