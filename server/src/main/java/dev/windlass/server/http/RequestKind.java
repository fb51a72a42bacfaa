package dev.windlass.server.http;

import java.util.Locale;

/** What a peer is asked for. */
public enum RequestKind {
  HASHES,
  HEADERS,
  BODIES,
  BLOCKS;

  /** As it stands in a metric's label. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
