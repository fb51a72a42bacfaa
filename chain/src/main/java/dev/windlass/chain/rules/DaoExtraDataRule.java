package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The first ten blocks of the DAO fork carry its mark, on the chain that made the fork. On the
 * other one they must not.
 */
public final class DaoExtraDataRule implements HeaderRule {
  @Override
  public String name() {
    return "dao-extra-data";
  }

  private static final byte[] MARK = "dao-hard-fork".getBytes(StandardCharsets.US_ASCII);
  private static final int BLOCKS = 10;

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules) {
    if (rules.dao().isEmpty()) {
      return Optional.empty();
    }
    DaoFork fork = rules.dao().get();
    long passed = header.number() - fork.number();
    if (passed < 0 || passed >= BLOCKS) {
      return Optional.empty();
    }
    boolean hasMark = Arrays.equals(header.extraData(), MARK);
    if (hasMark == fork.isSupported()) {
      return Optional.empty();
    }
    return Optional.of(
        "extra data "
            + (hasMark ? "is" : "is not")
            + " the mark of the DAO fork, which the chain "
            + (fork.isSupported() ? "made" : "did not make"));
  }
}
