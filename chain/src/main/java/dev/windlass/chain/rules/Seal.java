package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.util.Optional;

/**
 * The proof of a header that its maker was allowed to make it, such as proof of work or the
 * signature of a signer. The port of {@link FullCheck} for the seals of a chain.
 */
public interface Seal {
  /** The name of the rule that a wrong seal breaks. */
  String RULE = "seal";

  /** For chains whose seals cannot be verified here. */
  Seal NOT_VERIFIABLE =
      new Seal() {
        @Override
        public boolean isVerifiable() {
          return false;
        }

        @Override
        public Optional<String> breach(BlockHeader header, BlockHeader parent) {
          return Optional.empty();
        }
      };

  boolean isVerifiable();

  /** Why the seal is wrong, if it is. Its link to the parent is proven. */
  Optional<String> breach(BlockHeader header, BlockHeader parent);
}
