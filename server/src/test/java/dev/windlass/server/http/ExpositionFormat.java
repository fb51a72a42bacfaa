package dev.windlass.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Prometheus's text format 0.0.4 as strictly as it is written down, and throws at the first
 * line that breaks it.
 *
 * <p>Source: Prometheus, "Exposition formats", text-based format; and what promtool's linter asks
 * for beside it: HELP and TYPE for each family, counters that end in {@code _total}.
 */
final class ExpositionFormat {
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") (\\S.*)");
  private static final Pattern TYPE =
      Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram|summary|untyped)");
  private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
  private static final Pattern SAMPLE =
      Pattern.compile(
          "(" + NAME + ")(?:\\{(" + LABEL + "(?:," + LABEL + ")*),?\\})? (\\S+)(?: (-?\\d+))?");
  private static final Pattern LABEL_PARTS =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=(\"[^,]*\")");

  /** One line with a value. */
  record Sample(String name, Map<String, String> labels, double value) {}

  /** All samples of one metric. */
  record Family(String name, String type, List<Sample> samples) {}

  private final Map<String, Family> families = new LinkedHashMap<>();
  private final Set<String> helped = new HashSet<>();
  private final Set<String> seen = new HashSet<>();
  private Family current;

  private ExpositionFormat() {}

  static Map<String, Family> parse(String text) {
    if (!text.endsWith("\n")) {
      throw new IllegalArgumentException("the last line has no end");
    }
    ExpositionFormat format = new ExpositionFormat();
    for (String line : text.split("\n", -1)) {
      try {
        format.line(line);
      } catch (RuntimeException e) {
        throw new IllegalArgumentException(line + ": " + e.getMessage(), e);
      }
    }
    format.families.values().forEach(ExpositionFormat::check);
    return format.families;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }

  private void line(String line) {
    if (line.isEmpty()) {
      return;
    }
    Matcher help = HELP.matcher(line);
    Matcher type = TYPE.matcher(line);
    if (help.matches()) {
      require(helped.add(help.group(1)), "a second HELP");
    } else if (type.matches()) {
      require(helped.contains(type.group(1)), "TYPE without HELP");
      current = new Family(type.group(1), type.group(2), new ArrayList<>());
      require(families.put(current.name(), current) == null, "the family comes in two places");
    } else {
      sample(line);
    }
  }

  private void sample(String line) {
    Matcher matcher = SAMPLE.matcher(line);
    require(matcher.matches(), "neither HELP, nor TYPE, nor a sample");
    String name = matcher.group(1);
    require(current != null && belongs(name, current), "a sample outside of its family");
    Map<String, String> labels = new TreeMap<>();
    Matcher label = LABEL_PARTS.matcher(matcher.group(2) == null ? "" : matcher.group(2));
    while (label.find()) {
      require(labels.put(label.group(1), label.group(2)) == null, "a label comes twice");
    }
    require(seen.add(name + labels), "the same sample twice");
    current.samples().add(new Sample(name, labels, value(matcher.group(3))));
  }

  private static double value(String text) {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static boolean belongs(String sample, Family family) {
    String name = family.name();
    return switch (family.type()) {
      case "histogram" -> Set.of(name + "_bucket", name + "_sum", name + "_count").contains(sample);
      case "summary" -> Set.of(name, name + "_sum", name + "_count").contains(sample);
      default -> sample.equals(name);
    };
  }

  private static void check(Family family) {
    if (family.type().equals("counter")) {
      require(family.name().endsWith("_total"), family.name() + " is a counter without _total");
      family.samples().forEach(s -> require(s.value() >= 0, family.name() + " is negative"));
    }
    if (family.type().equals("histogram")) {
      checkBuckets(family);
    }
  }

  private static void checkBuckets(Family family) {
    Map<Map<String, String>, Double> highest = new HashMap<>();
    Map<Map<String, String>, Double> bounds = new HashMap<>();
    Map<Map<String, String>, Double> counts = new HashMap<>();
    for (Sample sample : family.samples()) {
      Map<String, String> series = new TreeMap<>(sample.labels());
      String le = series.remove("le");
      if (sample.name().endsWith("_bucket")) {
        double bound = value(le.substring(1, le.length() - 1));
        require(bound > bounds.getOrDefault(series, -1.0), family.name() + ": order of buckets");
        require(
            sample.value() >= highest.getOrDefault(series, 0.0),
            family.name() + ": buckets add up");
        bounds.put(series, bound);
        highest.put(series, sample.value());
      } else if (sample.name().endsWith("_count")) {
        counts.put(series, sample.value());
      }
    }
    require(counts.equals(highest), family.name() + ": the last bucket is the count");
    bounds
        .values()
        .forEach(bound -> require(bound == Double.POSITIVE_INFINITY, family.name() + ": +Inf"));
  }
}
