package dev.windlass.chain.exchange;

import dev.windlass.chain.Hash;
import java.util.List;
import java.util.Objects;

/**
 * What came back for one request, already judged: the items that are right, what the reply was
 * worth, and which hashes it shows to be missing at its sender.
 *
 * <p>At a hash that it does not have, geth v1.17 ends its reply, geth v1.13 goes on with the next
 * one, and Nethermind sends an empty item. So an empty reply shows only that the first item asked
 * for is missing. The end of a short reply shows nothing, since a limit of size may have cut it.
 *
 * @param verdict what the reply turned out to be
 * @param items the items that passed, in the order they were asked for where that is known
 * @param bytes size of the reply on the wire, wrong items included
 * @param evidence why the verdict is a fault; empty otherwise
 * @param missing hashes that the reply shows to be missing, in the order they were asked for; empty
 *     if the question named a number and no hash
 */
public record Delivery<T>(
    Verdict verdict, List<T> items, long bytes, String evidence, List<Hash> missing) {
  public Delivery {
    Objects.requireNonNull(verdict);
    Objects.requireNonNull(items);
    Objects.requireNonNull(evidence);
    missing = List.copyOf(missing);
  }

  /**
   * A delivery that is no fault; its list is handed over, not copied: replies are large and made
   * for one reader.
   */
  public static <T> Delivery<T> of(Verdict verdict, List<T> items, long bytes) {
    return with(verdict, items, bytes, "");
  }

  public static <T> Delivery<T> with(Verdict verdict, List<T> items, long bytes, String evidence) {
    return new Delivery<>(verdict, items, bytes, evidence, List.of());
  }

  /** The same delivery, which shows these hashes to be missing. */
  Delivery<T> showingMissing(List<Hash> hashes) {
    return new Delivery<>(verdict, items, bytes, evidence, hashes);
  }
}
