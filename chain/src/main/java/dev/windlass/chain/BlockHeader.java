package dev.windlass.chain;

public final class BlockHeader {
  public long number() {
    return 0;
  }

  public Hash hash() {
    return null;
  }
}
