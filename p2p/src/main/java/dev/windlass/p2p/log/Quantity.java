package dev.windlass.p2p.log;

/** A value of a log line that people read with its unit, and machines as a bare number. */
public sealed interface Quantity {
  /** As people read it. */
  String text();

  /** As machines read it: in base units, unrounded as far as it is known. */
  Number number();

  /** So many of something. */
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

  /** So many a second. */
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

  /** How much of a whole is done; people read percent, machines a number from 0 to 1. */
  record Share(long part, long whole) implements Quantity {
    private static final double STEPS = 10_000;

    @Override
    public String text() {
      return Format.percent(part, whole);
    }

    @Override
    public Number number() {
      // Rounded down, as people read it: 1 means that all is done.
      return part >= whole ? 1.0 : Math.floor(STEPS * part / whole) / STEPS;
    }
  }

  /** A time that passes; people read two units, machines seconds. */
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
