package dev.windlass.chain;

import java.util.List;
import java.util.Objects;

/**
 * What came back for one request, already judged: the items that are right, what the reply was
 * worth, and what it shows its sender to lack.
 *
 * <p>A server stops at the first hash that it does not have (geth since 1.17), passes over it (geth
 * before), or puts an empty item in its place (Nethermind). So an empty reply shows only that the
 * first item asked for is not there, and the end of a short one shows nothing: a limit of size may
 * have cut it.
 *
 * @param verdict what the reply turned out to be
 * @param items the items that passed, in the order they were asked for where that is known
 * @param bytes size of the reply on the wire, wrong items included
 * @param evidence why the verdict is a fault; empty otherwise
 * @param missing hashes that the reply shows its sender not to have, in the order they were asked
 *     for; of a reply to a question by number alone, none
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
    return fault(verdict, items, bytes, "");
  }

  public static <T> Delivery<T> fault(Verdict verdict, List<T> items, long bytes, String evidence) {
    return new Delivery<>(verdict, items, bytes, evidence, List.of());
  }

  /** The same, which also shows these hashes not to be there. */
  Delivery<T> showingMissing(List<Hash> hashes) {
    return new Delivery<>(verdict, items, bytes, evidence, hashes);
  }
}
