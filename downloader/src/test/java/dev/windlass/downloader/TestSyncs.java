package dev.windlass.downloader;

import dev.windlass.chain.Hash;

/** Syncs that have not begun. */
public final class TestSyncs {
  private TestSyncs() {}

  /** The sync of an operator's anchor. */
  public static Sync of(Hash anchor) {
    return new Sync(1, NextSync.Choice.ofAnchor(anchor), 0);
  }
}
