package dev.windlass.wire.network;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.util.List;

/**
 * Blocks of the public networks that every chain of the network must pass through.
 *
 * <p>They are old enough that no reorg reaches them. The two of mainnet tell it from the chains
 * that left it: block 1,920,000 from Ethereum Classic (EIP-779), and the first block after the
 * merge from the chains that went on with proof of work.
 */
public final class PublicCheckpoints {
  private static final List<BlockId> MAINNET =
      List.of(
          block(1_920_000, "0x4985f5ca3d2afbec36529aa96f74de3cc10a2a4a6c44f2157a57d2c6059a11bb"),
          block(15_537_394, "0x56a9bb0302da44b8c0b3df540781424684c3af04d0b7a38d72842b762076a664"));

  private PublicCheckpoints() {}

  /** The checkpoints of a network, lowest first. None if the network has no built-in ones. */
  public static List<BlockId> of(Network network) {
    boolean isMainnet =
        network.id() == Network.MAINNET.id() && network.genesis().equals(Network.MAINNET.genesis());
    return isMainnet ? MAINNET : List.of();
  }

  private static BlockId block(long number, String hash) {
    return new BlockId(number, Hash.fromHex(hash));
  }
}
