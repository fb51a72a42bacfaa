package dev.windlass.chain;

import java.util.List;
import java.util.Objects;

/**
 * What came back for one request, already judged: the items that are right, and what the reply was
 * worth.
 *
 * @param verdict what the reply turned out to be
 * @param items the items that passed, in the order they were asked for where that is known
 * @param bytes size of the reply on the wire, wrong items included
 * @param evidence why the verdict is a fault; empty otherwise
 */
public record Delivery<T>(Verdict verdict, List<T> items, long bytes, String evidence) {
  public Delivery {
    Objects.requireNonNull(verdict);
    Objects.requireNonNull(items);
    Objects.requireNonNull(evidence);
  }

  /**
   * A delivery that is no fault; its list is handed over, not copied: replies are large and made
   * for one reader.
   */
  public static <T> Delivery<T> of(Verdict verdict, List<T> items, long bytes) {
    return new Delivery<>(verdict, items, bytes, "");
  }

  public static <T> Delivery<T> fault(Verdict verdict, List<T> items, long bytes, String evidence) {
    return new Delivery<>(verdict, items, bytes, evidence);
  }
}
