package dev.windlass.chain.rules;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Breach;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.TransactionReader;
import dev.windlass.chain.rlp.RlpException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Recovers the sender of each transaction. A signature that no key makes has no sender, which
 * breaks a rule. {@link FullCheck} comes before, so that each signature has the right form.
 *
 * <p>Any number of threads may use one, if they may use its ports.
 */
public final class Senders {
  /** The rule of a transaction whose signature no key makes. */
  public static final String RULE = "transaction-sender";

  public static final int ADDRESS_BYTES = 20;

  private final KeyRecovery keys;
  private final Parallel parallel;

  public Senders(KeyRecovery keys, Parallel parallel) {
    this.keys = Objects.requireNonNull(keys);
    this.parallel = Objects.requireNonNull(parallel);
  }

  /** Recovers those of all blocks, one block in one part, and returns the first breach. */
  public Optional<BlockBreach> check(List<Block> run) {
    Breach[] breaches = new Breach[run.size()];
    parallel.run(
        run.size(),
        i -> {
          try {
            new OfBlock(run.get(i)).recover();
          } catch (BreachException e) {
            breaches[i] = e.breach;
          }
        });
    for (int i = 0; i < breaches.length; i++) {
      if (breaches[i] != null) {
        return Optional.of(new BlockBreach(run.get(i).id(), breaches[i]));
      }
    }
    return Optional.empty();
  }

  /**
   * The addresses of the senders of a block that {@link #check} accepts, 20 bytes each. A
   * transaction of an unknown type has zeros.
   */
  public byte[] of(Block block) {
    try {
      return new OfBlock(block).recover();
    } catch (BreachException e) {
      throw new IllegalArgumentException(e.breach.toString(), e);
    }
  }

  /** Never leaves this class. */
  private static final class BreachException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Breach breach;

    BreachException(BlockHeader header, String rule, int index, String reason) {
      super(reason, null, false, false);
      breach = new Breach(rule, "block " + header + ": transaction " + index + ": " + reason);
    }
  }

  /** The work of one block, with the buffers that its transactions share. */
  private final class OfBlock {
    private final Block block;
    private final TransactionReader transaction;
    private final byte[] hash = new byte[Hash.BYTES];
    private final byte[] signature = new byte[2 * Hash.BYTES];
    private final byte[] address = new byte[Hash.BYTES];

    OfBlock(Block block) {
      this.block = block;
      transaction = block.transactions();
    }

    byte[] recover() throws BreachException {
      byte[] senders = new byte[block.transactionCount() * ADDRESS_BYTES];
      try {
        while (transaction.next()) {
          if (transaction.isKnown()) {
            sender(senders, transaction.index() * ADDRESS_BYTES);
          }
        }
      } catch (RlpException e) {
        throw new BreachException(
            block.header(), FullCheck.TRANSACTION_SHAPE, transaction.index(), e.reason());
      }
      return senders;
    }

    private void sender(byte[] senders, int at) throws BreachException {
      if (!transaction.hasRightSignature()) {
        throw noSender();
      }
      transaction.writeSigningHash(hash);
      transaction.writeSignature(signature);
      Optional<byte[]> key = keys.recover(hash, signature, (int) transaction.yParity());
      if (key.isEmpty()) {
        throw noSender();
      }
      Keccak.hash(key.get(), 1, key.get().length - 1).writeTo(address, 0);
      System.arraycopy(address, Hash.BYTES - ADDRESS_BYTES, senders, at, ADDRESS_BYTES);
    }

    private BreachException noSender() {
      return new BreachException(
          block.header(), RULE, transaction.index(), "no key makes its signature");
    }
  }
}
