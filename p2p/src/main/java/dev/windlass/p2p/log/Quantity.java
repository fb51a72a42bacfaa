package dev.windlass.p2p.log;

/**
 * A value of a log line. The layout for people writes it with its unit, and JSON as a bare number.
 */
public sealed interface Quantity {
  /** The value for people, with its unit. */
  String text();

  /** The value for machines, in base units and not rounded. */
  Number number();

  /** A count. */
  record Count(long value) implements Quantity {
    @Override
    public String text() {
      return Format.count(value);
    }

    @Override
    public Number number() {
      return value;
    }
  }

  /** A rate per second. */
  record Rate(double perSecond) implements Quantity {
    @Override
    public String text() {
      return Format.count(Math.round(perSecond)) + "/s";
    }

    @Override
    public Number number() {
      return Math.round(perSecond * 10) / 10.0;
    }
  }

  /** A share of a whole. It is percent for people, and a number from 0 to 1 for machines. */
  record Share(long part, long whole) implements Quantity {
    private static final double STEPS = 10_000;

    @Override
    public String text() {
      return Format.percent(part, whole);
    }

    @Override
    public Number number() {
      // Rounded down as the text is, so that 1 means that all is done.
      return part >= whole ? 1.0 : Math.floor(STEPS * part / whole) / STEPS;
    }
  }

  /** A duration. It has two units for people, and is in seconds for machines. */
  record Time(long nanos) implements Quantity {
    private static final double MILLIS_PER_SECOND = 1e3;

    @Override
    public String text() {
      return Format.duration(nanos);
    }

    @Override
    public Number number() {
      return Math.round(nanos / 1e6) / MILLIS_PER_SECOND;
    }
  }
}
