package dev.windlass.chain.keccak;

import java.util.Arrays;
import java.util.Objects;

/**
 * Hashes many independent messages together with Keccak-256, as many at once as the lanes permute.
 *
 * <p>A lane whose message has ended takes the next one, so messages of unequal lengths leave no
 * lane idle until the last ones. A message is read where it lies. It may have a head that lies
 * elsewhere. One thread at a time.
 */
public final class KeccakBatch {
  private static final int RATE_BYTES = KeccakLanes.RATE_BYTES;
  private static final int HASH_WORDS = RunningKeccak.HASH_BYTES / Long.BYTES;
  private static final int CAPACITY_MIN = 16;
  private static final int NONE = -1;

  /** One lane in how many has to be busy, for all of them to be faster than one after the other. */
  private static final int LANES_PER_BUSY_LANE = 4;

  /** Plain Java takes about a second of one processor for them. */
  static final int BUSY_MESSAGES = 500_000;

  private static volatile KeccakLanes fastest = ScalarLanes.INSTANCE;
  private static volatile Runnable whenBusy;

  /** Counted by several threads without a lock. It need not be exact. */
  private static long messagesOfAll;

  private int size;
  private byte[][] heads = new byte[CAPACITY_MIN][];
  private int[] headAt = new int[CAPACITY_MIN];
  private int[] headBytes = new int[CAPACITY_MIN];
  private byte[][] bodies = new byte[CAPACITY_MIN][];
  private int[] bodyAt = new int[CAPACITY_MIN];
  private int[] bodyBytes = new int[CAPACITY_MIN];
  private byte[][] targets = new byte[CAPACITY_MIN][];
  private int[] targetAt = new int[CAPACITY_MIN];

  /** Null for the fastest ones at each run. */
  private final KeccakLanes chosen;

  private KeccakLanes lanes;
  private int laneCount;
  private long[] states;
  private long[] spare;
  private final byte[] block = new byte[RATE_BYTES];

  /** The message in each lane, and how many of its bytes have been absorbed. */
  private int[] messages;

  private int[] absorbed;
  private boolean[] hasEnded;

  /** With the fastest lanes that are there. */
  public KeccakBatch() {
    this(null);
  }

  public KeccakBatch(KeccakLanes chosen) {
    this.chosen = chosen;
  }

  /** Lets each batch use these lanes from its next run on. Any thread may call it. */
  public static void use(KeccakLanes lanes) {
    fastest = lanes;
  }

  /**
   * Runs the task after {@link #BUSY_MESSAGES} messages of all batches, on the thread of the batch
   * that reaches them. If two do at once, the task may run twice.
   */
  public static void whenBusy(Runnable task) {
    messagesOfAll = 0;
    whenBusy = task;
  }

  private static void count(int messages) {
    messagesOfAll += messages;
    Runnable task = whenBusy;
    if (task != null && messagesOfAll >= BUSY_MESSAGES) {
      whenBusy = null;
      task.run();
    }
  }

  /** The lanes that batches use. */
  public static KeccakLanes fastest() {
    return fastest;
  }

  /** The lanes of plain Java. They are always there. */
  public static KeccakLanes scalar() {
    return ScalarLanes.INSTANCE;
  }

  public int size() {
    return size;
  }

  /**
   * Adds a message. {@link #run} writes its hash, 32 bytes, to the target. None of the arrays may
   * change before that.
   */
  public void add(byte[] bytes, int offset, int length, byte[] target, int at) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    Objects.checkFromIndexSize(at, RunningKeccak.HASH_BYTES, target.length);
    if (size == bodies.length) {
      grow();
    }
    headBytes[size] = 0;
    bodies[size] = bytes;
    bodyAt[size] = offset;
    bodyBytes[size] = length;
    targets[size] = target;
    targetAt[size] = at;
    size++;
  }

  /** Puts bytes before the message that was added last. */
  public void head(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    heads[size - 1] = bytes;
    headAt[size - 1] = offset;
    headBytes[size - 1] = length;
  }

  private void grow() {
    int capacity = 2 * size;
    heads = Arrays.copyOf(heads, capacity);
    headAt = Arrays.copyOf(headAt, capacity);
    headBytes = Arrays.copyOf(headBytes, capacity);
    bodies = Arrays.copyOf(bodies, capacity);
    bodyAt = Arrays.copyOf(bodyAt, capacity);
    bodyBytes = Arrays.copyOf(bodyBytes, capacity);
    targets = Arrays.copyOf(targets, capacity);
    targetAt = Arrays.copyOf(targetAt, capacity);
  }

  /** Hashes all messages that were added. The batch is empty afterwards. */
  public void run() {
    count(size);
    useLanes(chosen != null ? chosen : fastest);
    int next = 0;
    int busy = Math.min(laneCount, size);
    for (int lane = 0; lane < laneCount; lane++) {
      start(lane, lane < busy ? next++ : NONE);
    }
    while (busy * LANES_PER_BUSY_LANE > laneCount) {
      for (int lane = 0; lane < laneCount; lane++) {
        if (messages[lane] != NONE) {
          absorb(lane);
        }
      }
      lanes.permute(states, spare);
      for (int lane = 0; lane < laneCount; lane++) {
        if (hasEnded[lane]) {
          writeHash(lane);
          boolean hasNext = next < size;
          busy -= hasNext ? 0 : 1;
          start(lane, hasNext ? next++ : NONE);
        }
      }
    }
    for (int lane = 0; busy > 0 && lane < laneCount; lane++) {
      if (messages[lane] != NONE) {
        finishAlone(lane);
        busy--;
      }
    }
    clear();
  }

  /** Drops the messages. */
  public void clear() {
    Arrays.fill(heads, 0, size, null);
    Arrays.fill(bodies, 0, size, null);
    Arrays.fill(targets, 0, size, null);
    size = 0;
  }

  private void useLanes(KeccakLanes wanted) {
    if (wanted == lanes) {
      return;
    }
    lanes = wanted;
    laneCount = lanes.count();
    states = new long[KeccakLanes.WORDS * laneCount];
    spare = new long[KeccakLanes.WORDS * laneCount];
    messages = new int[laneCount];
    absorbed = new int[laneCount];
    hasEnded = new boolean[laneCount];
  }

  private void start(int lane, int message) {
    messages[lane] = message;
    absorbed[lane] = 0;
    hasEnded[lane] = false;
  }

  /** Takes in the next block of the lane's message. */
  private void absorb(int lane) {
    int message = messages[lane];
    int from = absorbed[lane];
    int head = headBytes[message];
    int left = head + bodyBytes[message] - from;
    absorbed[lane] = from + RATE_BYTES;
    byte[] source = bodies[message];
    int at = bodyAt[message] + from - head;
    if (from < head || left < RATE_BYTES) {
      int count = Math.min(left, RATE_BYTES);
      int ofHead = Math.max(0, Math.min(head - from, count));
      if (ofHead > 0) {
        System.arraycopy(heads[message], headAt[message] + from, block, 0, ofHead);
      }
      System.arraycopy(source, at + ofHead, block, ofHead, count - ofHead);
      if (count < RATE_BYTES) {
        RunningKeccak.pad(block, count);
        hasEnded[lane] = true;
      }
      source = block;
      at = 0;
    }
    if (from == 0) {
      lanes.begin(states, lane, source, at);
    } else {
      lanes.mix(states, lane, source, at);
    }
  }

  private void writeHash(int lane) {
    byte[] target = targets[messages[lane]];
    int at = targetAt[messages[lane]];
    for (int word = 0; word < HASH_WORDS; word++) {
      KeccakLanes.WORD.set(target, at + word * Long.BYTES, states[word * laneCount + lane]);
    }
  }

  /** Hashes the rest of a message while most lanes have none. */
  private void finishAlone(int lane) {
    long[] state = new long[KeccakLanes.WORDS];
    long[] spareState = new long[KeccakLanes.WORDS];
    while (!hasEnded[lane]) {
      absorb(lane);
      for (int word = 0; word < state.length; word++) {
        state[word] = states[word * laneCount + lane];
      }
      ScalarLanes.INSTANCE.permute(state, spareState);
      for (int word = 0; word < state.length; word++) {
        states[word * laneCount + lane] = state[word];
      }
    }
    writeHash(lane);
  }
}
