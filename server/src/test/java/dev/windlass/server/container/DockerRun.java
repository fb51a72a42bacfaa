package dev.windlass.server.container;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a shown {@code docker run} asks for.
 *
 * @param volume the name of the volume at /data, if one is named
 * @param ports those that are published
 * @param command what runs instead of the image's own, without its entry point
 */
record DockerRun(
    boolean isDetached,
    Optional<String> name,
    Optional<String> volume,
    List<Integer> ports,
    Map<String, String> variables,
    String image,
    List<String> command) {

  /** Reads a line; an option that is not known here fails. */
  static DockerRun read(String line) {
    Deque<String> words = new ArrayDeque<>(Arrays.asList(line.split(" ", -1)));
    expect("docker", words.remove());
    expect("run", words.remove());
    boolean isDetached = false;
    Optional<String> name = Optional.empty();
    Optional<String> volume = Optional.empty();
    List<Integer> ports = new ArrayList<>();
    Map<String, String> variables = new TreeMap<>();
    while (words.element().startsWith("-")) {
      String option = words.remove();
      switch (option) {
        case "-d" -> isDetached = true;
        case "--name" -> name = Optional.of(words.remove());
        case "-v" -> volume = Optional.of(volume(words.remove()));
        case "-p" -> ports.add(port(words.remove()));
        case "-e" -> {
          List<String> variable = List.of(words.remove().split("=", 2));
          variables.put(variable.get(0), variable.get(1));
        }
        case "--rm", "--read-only" -> {
          // Files go with the test, and every container is read-only: what works so works writable.
        }
        default -> throw new AssertionError("not known here: " + option);
      }
    }
    String image = words.remove();
    return new DockerRun(isDetached, name, volume, ports, variables, image, new ArrayList<>(words));
  }

  private static String volume(String mount) {
    List<String> parts = List.of(mount.split(":", -1));
    expect("/data", parts.get(1));
    return parts.get(0);
  }

  /**
   * The pod is machine and network at once, so a published port is the container's own: it must be
   * the same on both sides.
   */
  private static int port(String published) {
    List<String> parts = List.of(published.split(":", -1));
    expect("127.0.0.1", parts.get(0));
    expect(parts.get(1), parts.get(2));
    return Integer.parseInt(parts.get(2));
  }

  private static void expect(String expected, String word) {
    if (!expected.equals(word)) {
      throw new AssertionError("not known here: " + word + " instead of " + expected);
    }
  }
}
