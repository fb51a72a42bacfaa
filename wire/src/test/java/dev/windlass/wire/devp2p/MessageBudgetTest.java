package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.wire.devp2p.MessageBudget.Room;
import dev.windlass.wire.devp2p.MessageBudget.Use;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MessageBudgetTest {
  private static final long MIB = 1 << 20;

  /** 20 MiB are for frames, 40 each for messages and answers. */
  private final MessageBudget budget = new MessageBudget(100 * MIB);

  private final List<String> served = new ArrayList<>();

  private Room take(Use use, boolean isStranger, long bytes) {
    Room room = budget.room(use, isStranger);
    assertTrue(room.growTo(bytes, () -> served.add("late")));
    return room;
  }

  private Room wait(String name, Use use, boolean isStranger, long bytes) {
    Room room = budget.room(use, isStranger);
    assertFalse(room.growTo(bytes, () -> served.add(name)), name);
    return room;
  }

  @Test
  void shouldGiveRoomInTheOrderInWhichItWasAskedFor() {
    Room first = take(Use.MESSAGE, false, 30 * MIB);
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
    Room stranger = wait("stranger", Use.MESSAGE, true, MIB);
    Room named = take(Use.MESSAGE, false, 20 * MIB);
    named.close();
    assertEquals(List.of(), served);
    stranger.close();
    assertEquals(0, budget.waiting(Use.MESSAGE));
  }

  @Test
  void shouldNotLetStrangersPassANamedNodeThatWaits() {
    Room first = take(Use.MESSAGE, false, 30 * MIB);
    take(Use.MESSAGE, true, MIB);
    wait("named", Use.MESSAGE, false, 10 * MIB);
    wait("stranger", Use.MESSAGE, true, 5 * MIB);
    first.close();
    assertEquals(List.of("named", "stranger"), served);
  }

  @Test
  void shouldTakeWhatIsLargerThanAllOfItAlone() {
    Room first = take(Use.ANSWER, true, 50 * MIB);
    wait("next", Use.ANSWER, true, MIB);
    first.close();
    assertEquals(List.of("next"), served);
  }

  /** Named nodes that use all of it do not starve strangers either. */
  @Test
  void shouldTakeOneOfAStrangerWhateverNamedNodesUse() {
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

  /** Each frame has a part of its room, and none can have the rest. */
  @Test
  void shouldLetOneFrameOfEachKindGoOnWhereAllWait() {
    List<Room> named = List.of(take(Use.FRAME, false, 5 * MIB), take(Use.FRAME, false, 5 * MIB));
    List<Room> strangers = List.of(take(Use.FRAME, true, 5 * MIB), take(Use.FRAME, true, 5 * MIB));
    assertTrue(named.get(0).growTo(10 * MIB, () -> {}));
    assertTrue(strangers.get(0).growTo(10 * MIB, () -> {}));
    assertFalse(named.get(1).growTo(10 * MIB, () -> served.add("named")));
    assertFalse(strangers.get(1).growTo(10 * MIB, () -> served.add("stranger")));
    assertTrue(strangers.get(0).growTo(12 * MIB, () -> {}));
    strangers.get(0).close();
    assertEquals(List.of("stranger"), served);
    named.get(0).close();
    assertEquals(List.of("stranger", "named"), served);
  }

  /** Frames come in pieces, become messages, and some of these are answered. */
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

    /** Some messages, one after the other; their rooms are taken as a connection takes them. */
    private final class Connection {
      private final boolean isStranger;
      private final Deque<Long> sizes = new ArrayDeque<>();
      private Room frame;
      private Room message;
      private Room answer;
      private long come;

      Connection(boolean isStranger) {
        this.isStranger = isStranger;
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
          sizes.add(1 + random.nextLong(10 * MIB));
        }
      }

      private boolean grow(Room room, long bytes) {
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
          answer = budget.room(Use.ANSWER, isStranger);
          grow(answer, 20 * MIB);
        } else if (message != null) {
          end();
        } else if (come == sizes.element()) {
          message = budget.room(Use.MESSAGE, isStranger);
          if (grow(message, 2 * come)) {
            frame.close();
          }
        } else {
          frame = come == 0 ? budget.room(Use.FRAME, isStranger) : frame;
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
