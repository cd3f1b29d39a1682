/** Raised by the commit that changes any message or frame; coordinator and worker must agree on it. */
export const PROTOCOL_VERSION = 3;
