package dev.windlass.wire.network;

/**
 * Which rules a chain has gone through, and which come next. Source: EIP-2124.
 *
 * @param checksum CRC-32 of the genesis hash and of every fork that has passed
 * @param next block number or time of the next fork that is known, 0 where none is
 */
public record ForkHash(int checksum, long next) {
  @Override
  public String toString() {
    return String.format("%08x/%d", checksum, next);
  }
}
