package dev.windlass.wire.network;

/** Receives the progress of reading a genesis file. */
@FunctionalInterface
public interface GenesisProgress {
  /**
   * Called some hundred times.
   *
   * @param doing the current step, in a few words
   * @param done the share of that step that is done, from 0 to 1
   */
  void at(String doing, double done);
}
