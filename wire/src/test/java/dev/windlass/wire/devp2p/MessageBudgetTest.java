package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.wire.devp2p.MessageBudget.Reserved;
import dev.windlass.wire.devp2p.MessageBudget.Use;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MessageBudgetTest {
  private static final long MIB = 1 << 20;

  /** 20 MiB for frames, and 40 MiB each for messages and answers. */
  private final MessageBudget budget = new MessageBudget(100 * MIB);

  private final List<String> served = new ArrayList<>();

  private Reserved take(Use use, boolean isUntrusted, long bytes) {
    Reserved room = budget.room(use, isUntrusted);
    assertTrue(room.growTo(bytes, () -> served.add("late")));
    return room;
  }

  private Reserved wait(String name, Use use, boolean isUntrusted, long bytes) {
    Reserved room = budget.room(use, isUntrusted);
    assertFalse(room.growTo(bytes, () -> served.add(name)), name);
    return room;
  }

  @Test
  void shouldGiveRoomInTheOrderInWhichItWasAskedFor() {
    Reserved first = take(Use.MESSAGE, false, 30 * MIB);
    wait("large", Use.MESSAGE, false, 15 * MIB);
    wait("small", Use.MESSAGE, false, 5 * MIB);
    assertEquals(2, budget.waiting(Use.MESSAGE));
    assertEquals(30 * MIB, budget.bytes());
    first.resize(20 * MIB);
    assertEquals(List.of("large", "small"), served);
    assertEquals(40 * MIB, budget.bytes(Use.MESSAGE));
    assertEquals(0, budget.waiting(Use.MESSAGE));
  }

  @Test
  void shouldLeaveNamedNodesHalfOfTheRoom() {
    take(Use.MESSAGE, true, 20 * MIB);
    Reserved untrusted = wait("untrusted", Use.MESSAGE, true, MIB);
    Reserved named = take(Use.MESSAGE, false, 20 * MIB);
    named.close();
    assertEquals(List.of(), served);
    untrusted.close();
    assertEquals(0, budget.waiting(Use.MESSAGE));
  }

  @Test
  void shouldNotLetUntrustedPeersPassANamedNodeThatWaits() {
    Reserved first = take(Use.MESSAGE, false, 30 * MIB);
    take(Use.MESSAGE, true, MIB);
    wait("named", Use.MESSAGE, false, 10 * MIB);
    wait("untrusted", Use.MESSAGE, true, 5 * MIB);
    first.close();
    assertEquals(List.of("named", "untrusted"), served);
  }

  @Test
  void shouldTakeWhatIsLargerThanAllOfItAlone() {
    Reserved first = take(Use.ANSWER, true, 50 * MIB);
    wait("next", Use.ANSWER, true, MIB);
    first.close();
    assertEquals(List.of("next"), served);
  }

  /** Untrusted peers do not starve even if named nodes use all of it. */
  @Test
  void shouldTakeOneOfAUntrustedPeerWhateverNamedNodesUse() {
    take(Use.MESSAGE, false, 40 * MIB);
    take(Use.MESSAGE, true, 5 * MIB);
    wait("next", Use.MESSAGE, true, MIB);
  }

  @Test
  void shouldNeitherCountNorKeepWhatIsSmall() {
    take(Use.MESSAGE, false, 40 * MIB);
    take(Use.MESSAGE, true, MessageBudget.FREE_BYTES);
    assertEquals(40 * MIB, budget.bytes());
  }

  /** Each frame has reserved a part of its bytes, and no frame can reserve the rest. */
  @Test
  void shouldLetOneFrameOfEachKindGoOnWhereAllWait() {
    List<Reserved> named =
        List.of(take(Use.FRAME, false, 5 * MIB), take(Use.FRAME, false, 5 * MIB));
    List<Reserved> untrustedPeers =
        List.of(take(Use.FRAME, true, 5 * MIB), take(Use.FRAME, true, 5 * MIB));
    assertTrue(named.get(0).growTo(10 * MIB, () -> {}));
    assertTrue(untrustedPeers.get(0).growTo(10 * MIB, () -> {}));
    assertFalse(named.get(1).growTo(10 * MIB, () -> served.add("named")));
    assertFalse(untrustedPeers.get(1).growTo(10 * MIB, () -> served.add("untrusted")));
    assertTrue(untrustedPeers.get(0).growTo(12 * MIB, () -> {}));
    untrustedPeers.get(0).close();
    assertEquals(List.of("untrusted"), served);
    named.get(0).close();
    assertEquals(List.of("untrusted", "named"), served);
  }

  /** Frames come in pieces and become messages, some of which are answered. */
  @Test
  void shouldStayWithinItsBoundAndServeEverybodyWhateverComes() {
    for (int seed = 0; seed < 300; seed++) {
      new World(seed).run();
    }
  }

  private static final class World {
    private static final long FRAME_BYTES_MAX = 12 * MIB;

    private final int seed;
    private final SplittableRandom random;
    private final MessageBudget budget = new MessageBudget(100 * MIB);
    private final List<Connection> ready = new ArrayList<>();
    private int open;

    World(int seed) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
    }

    void run() {
      open = 2 + random.nextInt(40);
      for (int i = 0; i < open; i++) {
        ready.add(new Connection(random.nextBoolean()));
      }
      while (open > 0) {
        assertFalse(ready.isEmpty(), "seed " + seed + ": " + open + " wait for one another");
        ready.remove(random.nextInt(ready.size())).step();
        assertTrue(budget.bytes(Use.FRAME) <= 20 * MIB + 2 * FRAME_BYTES_MAX, "seed " + seed);
        assertTrue(budget.bytes(Use.MESSAGE) <= 40 * MIB + 2 * 20 * MIB, "seed " + seed);
        assertTrue(budget.bytes(Use.ANSWER) <= 40 * MIB + 2 * 20 * MIB, "seed " + seed);
      }
      assertEquals(0, budget.bytes(), "seed " + seed);
    }

    /** Some messages in sequence, which reserve bytes as a connection does. */
    private final class Connection {
      private final boolean isUntrusted;
      private final Deque<Long> sizes = new ArrayDeque<>();
      private Reserved frame;
      private Reserved message;
      private Reserved answer;
      private long come;

      Connection(boolean isUntrusted) {
        this.isUntrusted = isUntrusted;
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
          sizes.add(1 + random.nextLong(10 * MIB));
        }
      }

      private boolean grow(Reserved room, long bytes) {
        boolean isThere = room.growTo(bytes, () -> ready.add(this));
        if (isThere) {
          ready.add(this);
        }
        return isThere;
      }

      void step() {
        if (answer != null) {
          answer.resize(random.nextLong(20 * MIB));
          answer.close();
          answer = null;
          end();
        } else if (message != null && random.nextBoolean()) {
          answer = budget.room(Use.ANSWER, isUntrusted);
          grow(answer, 20 * MIB);
        } else if (message != null) {
          end();
        } else if (come == sizes.element()) {
          message = budget.room(Use.MESSAGE, isUntrusted);
          if (grow(message, 2 * come)) {
            frame.close();
          }
        } else {
          frame = come == 0 ? budget.room(Use.FRAME, isUntrusted) : frame;
          come = Math.min(sizes.element(), Math.max(MessageBudget.FREE_BYTES, 2 * come));
          grow(frame, come);
        }
      }

      private void end() {
        frame.close();
        message.close();
        message = null;
        come = 0;
        sizes.remove();
        if (sizes.isEmpty()) {
          open--;
        } else {
          ready.add(this);
        }
      }
    }
  }
}
