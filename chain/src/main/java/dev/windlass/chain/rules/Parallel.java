package dev.windlass.chain.rules;

import java.util.function.IntConsumer;

/** Runs the parts of a job, perhaps on several threads. The port of {@link Senders} for threads. */
public interface Parallel {
  Parallel ONE_THREAD =
      (parts, part) -> {
        for (int i = 0; i < parts; i++) {
          part.accept(i);
        }
      };

  /**
   * Runs each part once, in any order, and returns when all have ended.
   *
   * @param part receives the numbers from 0 to {@code parts} - 1; the first exception that it
   *     throws is thrown here
   */
  void run(int parts, IntConsumer part);
}
