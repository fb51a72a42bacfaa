package dev.windlass.wire.jsonrpc;

/**
 * How much a JSON-RPC node is asked at once, and when. It learns both from what the node refuses.
 *
 * <p>A batch that was too large halves the next ones. Each {@link #GROWS_AFTER} answered batches
 * double them, but they stay below the refused size for {@link #BOUND_MILLIS}. A limit of the rate
 * stops all calls for the time that the node gives, or for a second, twice as long each time in a
 * row. It reads no clock. Owned by one context.
 *
 * <p>The full rate is found again within 30 seconds after the end of a limit. So neither a pause
 * nor a bound may last longer.
 */
final class RpcPace {
  /** The batch limit of geth, besu and Alchemy is 1,000 calls or a little more. */
  static final int WEIGHT_MAX = 1_000;

  private static final int WEIGHT_FIRST = 128;
  private static final int GROWS_AFTER = 8;

  /** One refused batch in ten seconds costs little. */
  private static final long BOUND_MILLIS = 10_000;

  private static final long PAUSE_FIRST_MILLIS = 1_000;
  private static final long PAUSE_MAX_MILLIS = 16_000;

  /** A quota is a day's. */
  private static final long QUOTA_MILLIS = 600_000;

  private int weight = WEIGHT_FIRST;

  /** Answered since the last change of the weight. */
  private int answered;

  /** What was too large. It is tried again after some time only. */
  private int bound = Integer.MAX_VALUE;

  private long boundUntilMillis = Long.MIN_VALUE;
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

  void answered(long nowMillis) {
    pauseMillis = PAUSE_FIRST_MILLIS;
    answered++;
    int next = Math.min(WEIGHT_MAX, 2 * weight);
    if (answered >= GROWS_AFTER && (next < bound || nowMillis >= boundUntilMillis)) {
      answered = 0;
      weight = next;
    }
  }

  /**
   * A batch was too large.
   *
   * @param refused its weight
   */
  void tooLarge(int refused, long nowMillis) {
    weight = Math.max(1, Math.min(weight, refused / 2));
    answered = 0;
    bound = refused;
    boundUntilMillis = nowMillis + BOUND_MILLIS;
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
