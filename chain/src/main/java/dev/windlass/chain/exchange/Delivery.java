package dev.windlass.chain.exchange;

import dev.windlass.chain.Hash;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The answer to one request, already judged: its valid items, its verdict, and the hashes that it
 * shows its sender to lack.
 *
 * <p>At a hash that it does not have, geth v1.17 ends its reply, geth v1.13 continues with the next
 * hash, and Nethermind sends an empty item. So an empty reply shows only that the first item asked
 * for is missing. The end of a short reply shows nothing, since a size limit may have cut it.
 *
 * @param verdict what the reply turned out to be
 * @param items the valid items, in the order in which they were asked for, if that is known
 * @param bytes size of the reply on the wire, wrong items included
 * @param evidence why the verdict is a fault; empty otherwise
 * @param missing hashes that the reply shows to be missing, in the order they were asked for; empty
 *     if the question named a number and no hash
 * @param proof the bytes that prove the fault. Empty if the verdict is none, or no bytes are kept
 */
public record Delivery<T>(
    Verdict verdict,
    List<T> items,
    long bytes,
    String evidence,
    List<Hash> missing,
    Optional<Evidence> proof) {
  public Delivery {
    Objects.requireNonNull(verdict);
    Objects.requireNonNull(items);
    Objects.requireNonNull(evidence);
    missing = List.copyOf(missing);
    Objects.requireNonNull(proof);
  }

  /** The same without a proof. */
  public Delivery(Verdict verdict, List<T> items, long bytes, String evidence, List<Hash> missing) {
    this(verdict, items, bytes, evidence, missing, Optional.empty());
  }

  /**
   * A delivery that is no fault. The list is not copied, since replies are large and have one
   * reader.
   */
  public static <T> Delivery<T> of(Verdict verdict, List<T> items, long bytes) {
    return with(verdict, items, bytes, "");
  }

  public static <T> Delivery<T> with(Verdict verdict, List<T> items, long bytes, String evidence) {
    return new Delivery<>(verdict, items, bytes, evidence, List.of());
  }

  /** The same delivery with these hashes shown to be missing. */
  Delivery<T> showingMissing(List<Hash> hashes) {
    return new Delivery<>(verdict, items, bytes, evidence, hashes);
  }

  /** The same delivery with the bytes that prove its fault. */
  Delivery<T> provenBy(Optional<Evidence> newProof) {
    return new Delivery<>(verdict, items, bytes, evidence, missing, newProof);
  }
}
