/**
 * Raise this when any schema of the wire changes and add a line: a test hashes the schemas and names this file.
 *
 * 1: first version.
 * 2: an offer may be withdrawn because the agent's settings have changed (`unfit`); a visitor may leave the line.
 * 3: a queue's own clock beside the promises; an agent is told of promises that are nearly late, or late; a visitor is asked
 *    before a recording is sent, may end it or delete it, and sees who looks; queues are made, and get another name and tier; a
 *    step of a path drops relax classes.
 */
export const PROTOCOL_VERSION = 3;

/** Sub-protocol every socket asks for; the second one that a client offers carries its credential. */
export const SOCKET_PROTOCOL = 'baton.v1';
