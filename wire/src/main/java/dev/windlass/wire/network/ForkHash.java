package dev.windlass.wire.network;

/**
 * A fork id: the forks that a chain has passed, and the next one. Source: EIP-2124.
 *
 * @param checksum CRC-32 of the genesis hash and of every fork that has passed
 * @param next block number or time of the next known fork, 0 if there is none
 */
public record ForkHash(int checksum, long next) {
  @Override
  public String toString() {
    return String.format("%08x/%d", checksum, next);
  }
}
