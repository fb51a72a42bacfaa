package dev.windlass.node;

import java.util.Locale;

/** The version of Windlass, and the platform that it runs on. */
public final class Version {
  private Version() {}

  /** The release, or {@code dev} if the classes are not from the built jar. */
  public static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  /** The client name in the usual form: {@code windlass/v0.1.0/linux-amd64/java-17.0.15}. */
  public static String clientName() {
    return String.format(
        "windlass/v%s/%s-%s/java-%s",
        number(),
        System.getProperty("os.name").toLowerCase(Locale.ROOT).replace(' ', '-'),
        System.getProperty("os.arch"),
        System.getProperty("java.version"));
  }
}
