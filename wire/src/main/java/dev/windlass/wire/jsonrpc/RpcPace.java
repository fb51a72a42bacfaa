package dev.windlass.wire.jsonrpc;

/**
 * How much a JSON-RPC node is asked at once, and when. It learns both from what the node refuses.
 *
 * <p>A batch that was too large halves the next ones, and each {@link #GROWS_AFTER} answered
 * batches double them. A limit of the rate stops all calls for the time that the node gives, or for
 * a second, twice as long each time in a row. It reads no clock. Owned by one context.
 */
final class RpcPace {
  /** The batch limit of geth, besu and Alchemy is 1,000 calls or a little more. */
  static final int WEIGHT_MAX = 1_000;

  private static final int WEIGHT_FIRST = 128;
  private static final int GROWS_AFTER = 8;
  private static final long PAUSE_FIRST_MILLIS = 1_000;
  private static final long PAUSE_MAX_MILLIS = 32_000;

  /** A quota is a day's. */
  private static final long QUOTA_MILLIS = 600_000;

  private int weight = WEIGHT_FIRST;

  /** What was too large lately. It is tried again after some time only. */
  private int answered;

  private int growsAfter = GROWS_AFTER;
  private long pauseMillis = PAUSE_FIRST_MILLIS;
  private long pausedUntilMillis = Long.MIN_VALUE;

  /** The most weight of the calls of a batch. A call with more goes alone. */
  int weightMax() {
    return weight;
  }

  boolean isPaused(long nowMillis) {
    return pausedUntilMillis > nowMillis;
  }

  long pausedUntilMillis() {
    return pausedUntilMillis;
  }

  void answered() {
    pauseMillis = PAUSE_FIRST_MILLIS;
    answered++;
    if (answered >= growsAfter && weight < WEIGHT_MAX) {
      answered = 0;
      weight = Math.min(WEIGHT_MAX, 2 * weight);
    }
  }

  /**
   * A batch was too large.
   *
   * @param refused its weight
   */
  void tooLarge(int refused) {
    weight = Math.max(1, Math.min(weight, refused / 2));
    answered = 0;
    // The bound is known now, so it is tried again less and less often.
    growsAfter = Math.min(4_096, 4 * growsAfter);
  }

  /** The node wants fewer calls. Batches under way are refused too, and count once. */
  void limited(RpcFailure failure, long nowMillis) {
    if (isPaused(nowMillis)) {
      return;
    }
    long pause =
        failure.kind() == RpcFailure.Kind.QUOTA_USED_UP
            ? QUOTA_MILLIS
            : failure.retryAfterMillis() > 0 ? failure.retryAfterMillis() : pauseMillis;
    pauseMillis = Math.min(PAUSE_MAX_MILLIS, 2 * pauseMillis);
    pausedUntilMillis = nowMillis + pause;
  }
}
