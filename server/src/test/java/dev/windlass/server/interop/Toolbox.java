package dev.windlass.server.interop;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of others, each installed once by its own package client into a folder that stays:
 * {@code WINDLASS_INTEROP_CACHE}, or {@code windlass-interop} in the user's cache.
 *
 * <p>A program that cannot be had fails the test that wants it.
 */
final class Toolbox {
  private static final Duration INSTALL_MAX = Duration.ofMinutes(15);
  private static final String GETH = "github.com/ethereum/go-ethereum/cmd/geth@v";

  private Toolbox() {}

  /** Today's geth: eth/69 and later. */
  static Path geth() {
    return installed("geth-1.17.8", to -> goInstall(to, GETH + "1.17.8")).resolve("geth");
  }

  /** go-ethereum's tool for the network, with its conformance suite. */
  static Path devp2p() {
    String devp2p = "github.com/ethereum/go-ethereum/cmd/devp2p@v1.17.8";
    return installed("devp2p-1.17.8", to -> goInstall(to, devp2p)).resolve("devp2p");
  }

  /** The chain of that suite, from the module's sources. */
  static Path ethTestData() {
    Path folder =
        installed(
            "eth-test-data-1.17.8",
            to -> {
              String module = "github.com/ethereum/go-ethereum@v1.17.8";
              Map<String, String> env = Map.of("GOTOOLCHAIN", "auto", "GO111MODULE", "on");
              run(to, Optional.of(to), env, List.of("go", "mod", "download", "-json", module));
              String said = Files.readString(to.resolve("install.log"));
              String json = said.substring(said.indexOf('{'), said.lastIndexOf('}') + 1);
              Path sources = Path.of(new JsonObject(json).getString("Dir"));
              Folders.copy(
                  sources.resolve("cmd/devp2p/internal/ethtest/testdata"), to.resolve("data"));
            });
    return folder.resolve("data");
  }

  /** The last geth that seals Clique: eth/68. */
  static Path cliqueGeth() {
    return installed(
            "geth-1.13.15", to -> goInstall(to, "-ldflags=-checklinkname=0", GETH + "1.13.15"))
        .resolve("geth");
  }

  static Path toxiproxy() {
    return installed(
            "toxiproxy-2.12.0",
            to -> goInstall(to, "github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0"))
        .resolve("server");
  }

  /** What node runs to be @ethereumjs/client. */
  static Path ethereumJs() {
    Path folder =
        installed(
            "ethereumjs-0.10.5",
            to -> {
              List<String> command =
                  List.of("npm", "install", "--no-audit", "--no-fund", "@ethereumjs/client@0.10.5");
              run(to, Optional.of(to), Map.of("npm_config_prefix", to.toString()), command);
            });
    return folder.resolve("node_modules/@ethereumjs/client/dist/esm/bin/cli.js");
  }

  /** The folder that has anvil, hardhat and ganache in node_modules/.bin, to be run in it. */
  static Path devNodes() {
    return installed(
        "dev-nodes-1",
        to -> {
          List<String> command =
              List.of(
                  "npm",
                  "install",
                  "--no-audit",
                  "--no-fund",
                  "@foundry-rs/anvil@1.7.1",
                  "hardhat@2.26.0",
                  "ganache@7.9.2");
          Files.writeString(to.resolve("package.json"), "{\"private\": true}");
          // hardhat starts only beside such a file.
          Files.writeString(
              to.resolve("hardhat.config.js"), "module.exports = {solidity: \"0.8.28\"};");
          run(to, Optional.of(to), Map.of("npm_config_prefix", to.toString()), command);
        });
  }

  /**
   * Chain data, which has no place in the repository.
   *
   * @throws AssertionError if it is not there; says where it was looked for, and what to set
   */
  static Path data(String name) {
    Path data =
        Optional.ofNullable(System.getenv("WINDLASS_TEST_DATA"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("windlass.root"), "../shared/data"));
    Path found = data.resolve(name).normalize();
    if (!Files.exists(found)) {
      throw new AssertionError(
          "there is no " + found + ": WINDLASS_TEST_DATA names the folder that has " + name);
    }
    return found;
  }

  private interface Installation {
    void into(Path folder) throws IOException;
  }

  /** Two builds at once would take the same folder, and a machine's memory. */
  private static synchronized Path installed(String name, Installation installation) {
    Path folder = cache().resolve(name);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    try {
      Files.createDirectories(cache());
      try (FileChannel channel =
              FileChannel.open(
                  cache().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid() && !Files.isDirectory(folder)) {
          Path begun = cache().resolve(name + ".begun");
          Folders.delete(begun);
          installation.into(Files.createDirectories(begun));
          Files.move(begun, folder, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot install " + name + " in " + cache(), e);
    }
    return folder;
  }

  private static Path cache() {
    return Optional.ofNullable(System.getenv("WINDLASS_INTEROP_CACHE"))
        .map(Path::of)
        .orElseGet(
            () ->
                Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                    .map(Path::of)
                    .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                    .resolve("windlass-interop"))
        .toAbsolutePath();
  }

  private static void goInstall(Path to, String... args) {
    List<String> command = Stream.concat(Stream.of("go", "install"), Stream.of(args)).toList();
    run(to, Optional.empty(), Map.of("GOBIN", to.toString(), "GOTOOLCHAIN", "auto"), command);
  }

  private static void run(
      Path to, Optional<Path> folder, Map<String, String> env, List<String> command) {
    NodeProcess.run(
        String.join(" ", command), to.resolve("install.log"), INSTALL_MAX, folder, env, command);
  }
}
