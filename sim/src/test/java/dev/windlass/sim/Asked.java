package dev.windlass.sim;

import dev.windlass.chain.exchange.Question;

/** A question that a peer was asked under a ticket. */
public record Asked(long ticket, Question<?> question) {
  /** As a trace tells it. */
  String brief() {
    return "#" + ticket + " " + what();
  }

  private String what() {
    if (question instanceof Question.Hashes asked) {
      return question.label() + " " + asked.from().shortHex() + " " + asked.size();
    }
    if (question instanceof Question.Headers asked) {
      return question.label() + " " + asked.query();
    }
    if (question instanceof Question.Bodies asked) {
      return question.label() + " " + asked.headers().get(0).number() + "+" + asked.size();
    }
    return question.label() + " " + question.size();
  }
}
