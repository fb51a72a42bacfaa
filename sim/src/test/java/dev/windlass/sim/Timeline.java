package dev.windlass.sim;

import java.util.PriorityQueue;

/**
 * Virtual time and its events.
 *
 * <p>Owned by the simulation. Events at the same time happen in the order in which they were added.
 */
final class Timeline {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long added;

  private record Event(long atNanos, long order, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  void at(long nanos, Runnable what) {
    events.add(new Event(nanos, ++added, what));
  }

  long now() {
    return now;
  }

  /** Moves time forward to this, if it is earlier. */
  void moveTo(long nanos) {
    now = Math.max(now, nanos);
  }

  /** When the next event is due. Long.MAX_VALUE if there is none. */
  long nextNanos() {
    return events.isEmpty() ? Long.MAX_VALUE : events.peek().atNanos;
  }

  /** Runs the next event. */
  void runNext() {
    events.remove().what.run();
  }
}
