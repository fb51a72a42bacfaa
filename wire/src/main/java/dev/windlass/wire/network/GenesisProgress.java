package dev.windlass.wire.network;

/** Hears how far the reading of a genesis file is. */
@FunctionalInterface
public interface GenesisProgress {
  /**
   * It goes on; heard some hundred times.
   *
   * @param doing what is done now, in a few words
   * @param done how much of that, from 0 to 1
   */
  void at(String doing, double done);
}
