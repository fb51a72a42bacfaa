package dev.windlass.server.http;

import dev.windlass.chain.exchange.LocateHeaders;
import dev.windlass.chain.exchange.LocateHeaders.Entry;
import dev.windlass.chain.exchange.Locator;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The question of {@code GET /v1/headers?locator=BLOCK,BLOCK,...&stop=BLOCK}. Each BLOCK is {@code
 * 0xHASH} or {@code NUMBER:0xHASH}. Both parameters are optional.
 */
final class HeadersRequest {
  static final String PATH = "/v1/headers";

  private static final String LOCATOR = "locator";
  private static final String STOP = "stop";

  /** A number of 18 digits at most fits a long. */
  private static final Pattern NUMBERED = Pattern.compile("(\\d{1,18}):(.*)", Pattern.DOTALL);

  private HeadersRequest() {}

  /** Parses the parameters. The message of an IllegalArgumentException says what is expected. */
  static LocateHeaders parse(MultiMap parameters) {
    for (String name : parameters.names()) {
      if (!name.equals(LOCATOR) && !name.equals(STOP)) {
        throw new IllegalArgumentException(
            "unknown parameter '" + HeadRequest.shown(name) + "': expected locator or stop");
      }
      if (parameters.getAll(name).size() > 1) {
        throw new IllegalArgumentException(name + " is given twice: expected once");
      }
    }
    List<Entry> locator = new ArrayList<>();
    if (parameters.contains(LOCATOR)) {
      // One more part than may be is enough to refuse it.
      for (String entry : parameters.get(LOCATOR).split(",", Locator.ENTRIES_MAX + 2)) {
        if (locator.size() == Locator.ENTRIES_MAX) {
          throw new IllegalArgumentException(
              "the locator has more than " + Locator.ENTRIES_MAX + " entries");
        }
        locator.add(entry(entry));
      }
    }
    return new LocateHeaders(
        locator, Optional.ofNullable(parameters.get(STOP)).map(HeadersRequest::entry));
  }

  private static Entry entry(String text) {
    Matcher numbered = NUMBERED.matcher(text);
    return numbered.matches()
        ? new Entry(
            HeadRequest.hash(numbered.group(2)), OptionalLong.of(Long.parseLong(numbered.group(1))))
        : Entry.of(HeadRequest.hash(text));
  }

  /** The path and the parameters that ask this question. */
  static String target(LocateHeaders asked) {
    List<String> parameters = new ArrayList<>();
    if (!asked.locator().isEmpty()) {
      parameters.add(
          asked.locator().stream()
              .map(HeadersRequest::text)
              .collect(Collectors.joining(",", LOCATOR + "=", "")));
    }
    asked.stop().ifPresent(stop -> parameters.add(STOP + "=" + text(stop)));
    return parameters.isEmpty() ? PATH : PATH + "?" + String.join("&", parameters);
  }

  private static String text(Entry entry) {
    return entry.number().isPresent()
        ? entry.number().getAsLong() + ":" + entry.hash()
        : entry.hash().toString();
  }
}
