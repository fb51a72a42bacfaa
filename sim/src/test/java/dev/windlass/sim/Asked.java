package dev.windlass.sim;

import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.Question;

/** A question that a peer was asked under a ticket. */
public record Asked(long ticket, Question<?> question) {
  /** Its form in a trace. */
  String brief() {
    return "#" + ticket + " " + what();
  }

  private String what() {
    if (question instanceof Question.Hashes asked) {
      return question.label() + " below " + asked.from().shortHex() + "-" + asked.size();
    }
    if (question instanceof Question.Headers asked) {
      return question.label() + " " + brief(asked.query());
    }
    if (question instanceof Question.Bodies asked) {
      return question.label() + " " + asked.headers().get(0).number() + "+" + asked.size();
    }
    if (question instanceof Question.Blocks asked) {
      return question.label() + " " + asked.hashes().get(0).shortHex() + "+" + asked.size();
    }
    return question.label() + " " + question.size();
  }

  private static String brief(HeaderQuery query) {
    String from = query.isByHash() ? query.from().shortHex() : Long.toString(query.fromNumber());
    return from + "-" + query.count();
  }
}
