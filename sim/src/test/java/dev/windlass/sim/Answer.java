package dev.windlass.sim;

import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.Question;
import java.util.List;

/**
 * An answer of a peer, not judged yet.
 *
 * @param ticket of the question that it claims to answer
 * @param atNanos when it arrives
 */
public record Answer(Asked asked, long ticket, long atNanos, List<byte[]> items) {

  /** Takes a delivery, once it is judged. */
  public interface Receiver {
    <T> void receive(long ticket, Question<T> question, Delivery<T> delivery);
  }

  /** A judged answer that waits to be handed over. */
  @FunctionalInterface
  public interface Judged {
    void handTo(Receiver receiver);
  }

  /** Judges the answer as a connection would, on the calling thread. */
  public Judged judge() {
    return judge(asked.question());
  }

  private <T> Judged judge(Question<T> question) {
    Delivery<T> delivery = question.judge(items);
    return receiver -> receiver.receive(ticket, question, delivery);
  }
}
