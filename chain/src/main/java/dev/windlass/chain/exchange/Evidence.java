package dev.windlass.chain.exchange;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Breach;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The bytes that a peer sent, with the question that they answer. {@link #fault} judges them again,
 * without the peer and without a store.
 *
 * <p>Immutable. {@link EvidenceCodec} defines its bytes.
 */
public sealed interface Evidence {
  /** What is wrong with the bytes, beginning with the rule. Empty if nothing is. */
  Optional<String> fault();

  /** The offence that the bytes prove. Empty if they prove none. */
  Optional<Offence> offence();

  /** An answer, whole or cut to the part that is wrong. */
  record Answer(Question<?> question, List<byte[]> items) implements Evidence {
    public Answer {
      items = List.copyOf(items);
    }

    @Override
    public Optional<String> fault() {
      Delivery<?> judged = question.assess(items);
      return judged.verdict().isFault() ? Optional.of(judged.evidence()) : Optional.empty();
    }

    @Override
    public Optional<Offence> offence() {
      return Offence.of(question.assess(items).verdict());
    }
  }

  /** A whole block that a peer announced. */
  record Announced(Block block) implements Evidence {
    public Announced {
      Objects.requireNonNull(block);
    }

    @Override
    public Optional<String> fault() {
      return BlockRules.check(block).map(Breach::toString);
    }

    @Override
    public Optional<Offence> offence() {
      return fault().map(any -> Offence.FABRICATED);
    }
  }

  /**
   * A header of a chain that a checkpoint rules out. It proves that the chain of this header is
   * wrong. That the peer claims that chain is in the words of its ban.
   */
  record OffCheckpoint(BlockId checkpoint, BlockHeader header) implements Evidence {
    public OffCheckpoint {
      Objects.requireNonNull(checkpoint);
      Objects.requireNonNull(header);
    }

    @Override
    public Optional<String> fault() {
      BlockId block = header.id();
      return block.number() != checkpoint.number() || block.equals(checkpoint)
          ? Optional.empty()
          : Optional.of(
              String.format(
                  "checkpoint: block %d is %s, and the checkpoint is %s",
                  block.number(), block.hash(), checkpoint.hash()));
    }

    @Override
    public Optional<Offence> offence() {
      return fault().map(any -> Offence.WRONG_CHAIN);
    }
  }
}
