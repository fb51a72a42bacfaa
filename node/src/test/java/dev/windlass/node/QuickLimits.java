package dev.windlass.node;

import dev.windlass.downloader.DownloaderLimits;

/** Limits with which a test need not wait for the next attempt. */
final class QuickLimits {
  private QuickLimits() {}

  /** A failed anchor rests for a moment only, and a head is chosen at once. */
  static DownloaderLimits of(DownloaderLimits usual) {
    return usual.with(limits -> limits.forcedCycleNanos = 100_000_000L);
  }
}
