package dev.windlass.wire;

import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;

/**
 * Runs a decoder over generated inputs, and checks what it throws and how much it allocates.
 *
 * <p>{@code -Dwindlass.fuzz=10000000} runs as many executions, and prints the results.
 */
public final class Fuzz {
  private static final String PROPERTY = "windlass.fuzz";
  private static final int EXECUTIONS_DEFAULT = 100_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Fuzz() {}

  /**
   * One input to decode.
   *
   * @param <T> the type of the decoded value
   */
  public interface Case<T> {
    /** The only part that is measured. */
    T decode();

    /** The bytes that decoding may allocate at most. */
    long bytesMax();

    /** Compares an accepted value with the expected one. */
    default void check(T decoded) {}
  }

  /** Makes an input from random numbers. */
  public interface Maker<T> {
    Case<T> make(SplittableRandom random);
  }

  /**
   * The result of a run.
   *
   * @param bytesMost the most that one execution allocated
   */
  public record Report(long executions, long accepted, long bytesMost) {}

  public static <T> Report run(
      String name, long seed, Class<? extends RuntimeException> refusal, Maker<T> maker) {
    return run(name, seed, executionsOr(EXECUTIONS_DEFAULT), refusal, maker);
  }

  /** As many executions as the property asks for, or else the usual number. */
  public static int executionsOr(int usual) {
    return Integer.getInteger(PROPERTY, usual);
  }

  public static <T> Report run(
      String name,
      long seed,
      int executions,
      Class<? extends RuntimeException> refusal,
      Maker<T> maker) {
    SplittableRandom seeds = new SplittableRandom(seed);
    long accepted = 0;
    long bytesMost = 0;
    for (int i = 0; i < executions; i++) {
      long inputSeed = seeds.nextLong();
      Outcome outcome = execute(name, inputSeed, refusal, maker);
      if (outcome.isTooMuch()) {
        // The first use of classes and messages allocates memory that does not count for the
        // decoder.
        outcome = execute(name, inputSeed, refusal, maker);
      }
      if (outcome.isTooMuch()) {
        fail(name + ", input " + inputSeed + " took " + outcome.bytes + " bytes");
      }
      accepted += outcome.isAccepted ? 1 : 0;
      bytesMost = Math.max(bytesMost, outcome.bytes);
    }
    Report report = new Report(executions, accepted, bytesMost);
    if (System.getProperty(PROPERTY) != null) {
      System.out.println(name + ": " + report);
    }
    return report;
  }

  private record Outcome(boolean isAccepted, long bytes, long bytesMax) {
    boolean isTooMuch() {
      return bytes > bytesMax;
    }
  }

  private static <T> Outcome execute(
      String name, long inputSeed, Class<? extends RuntimeException> refusal, Maker<T> maker) {
    Case<T> input = maker.make(new SplittableRandom(inputSeed));
    T decoded = null;
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      decoded = input.decode();
    } catch (RuntimeException e) {
      if (!refusal.isInstance(e)) {
        throw new AssertionError(name + ", input " + inputSeed, e);
      }
    }
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (decoded != null) {
      input.check(decoded);
    }
    return new Outcome(decoded != null, bytes, input.bytesMax());
  }
}
