package dev.windlass.peerset;

/** The requests that a peer can answer. */
public enum PeerKind {
  /** Bare hashes and whole blocks, one request at a time: eth/60 and eth/61. */
  HASH,
  /** Headers and bodies, several requests at a time: eth/62 and later, JSON-RPC, files. */
  HEADER
}
